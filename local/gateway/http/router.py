"""The routes of an HTTP API, and which of them a request is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from local.gateway.call import Match
from local.gateway.errors import GatewayError
from local.model import HttpRoute

DEFAULT_ROUTE = "$default"

_PARAMETER = re.compile(r"\{([^{}+]+)(\+?)\}")


@dataclass(frozen=True)
class _Candidate:
    route: HttpRoute

    @property
    def method(self) -> str:
        return self.route.key.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.key.partition(" ")[2]

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """Smaller is first: no greedy parameter, more literal segments, another method than `ANY`."""
        segments = self.path.split("/")
        literal = sum(not _PARAMETER.fullmatch(segment) for segment in segments)
        return ("+}" in self.path, -literal, self.method == "ANY")

    @cached_property
    def names(self) -> list[str]:
        return [name for name, _ in _PARAMETER.findall(self.path)]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A greedy parameter matches an empty rest, too: `/x/{rest+}` serves `/x/`."""
        literal, *rest = _PARAMETER.split(self.path)
        text = re.escape(literal)
        for greedy, following in zip(rest[1::3], rest[2::3], strict=True):
            text += ("(.*)" if greedy else "([^/]+)") + re.escape(following)
        return re.compile(text, re.DOTALL)

    def match(self, method: str, path: str) -> Match[HttpRoute] | None:
        found = self.pattern.fullmatch(path) if self.method in {method, "ANY"} else None
        return Match(self.route, dict(zip(self.names, found.groups(), strict=True))) if found else None


def decode_path(path: str) -> str:
    """A path as routes and events of an HTTP API have it: decoded, except for encoded percent signs.

    An encoded `?` ends the path. (Recorded on AWS by MiniStack, and in pull request 8 of hotsock/voker.)
    """
    parts = re.split("(%25)", path)
    return "".join(part if part == "%25" else unquote(part) for part in parts).partition("?")[0]


class Router:
    """Finds the most specific route, as in "Create routes for HTTP APIs" of the API Gateway developer guide.

    A route without a greedy parameter comes before one with it, and `$default` comes last. Unlike in a REST
    API, the method counts: with `GET /{id}` and `POST /import`, `GET /import` has a route. `/x/` and `/x` are
    different paths.
    """

    def __init__(self, routes: Sequence[HttpRoute]) -> None:
        named = [_Candidate(route) for route in routes if route.key != DEFAULT_ROUTE]
        self._candidates = sorted(named, key=lambda candidate: candidate.rank)
        self._default = next((Match(route) for route in routes if route.key == DEFAULT_ROUTE), None)

    def match(self, method: str, path: str) -> Match[HttpRoute]:
        """Raises RESOURCE_NOT_FOUND."""
        matches = (candidate.match(method, path) for candidate in self._candidates)
        match = next(filter(None, matches), self._default)
        if match is None:
            raise GatewayError("RESOURCE_NOT_FOUND")
        return match
