"""Which route of an HTTP API a request is for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from local.gateway.errors import GatewayError
from local.model import HttpRoute

DEFAULT_ROUTE = "$default"

_PARAMETER = re.compile(r"\{([^{}+]+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the values of its path parameters."""

    route: HttpRoute
    path_parameters: Mapping[str, str] = field(default_factory=dict)


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
        """Ascending: a full match, more segments without a parameter, the method by its name."""
        segments = self.path.split("/")
        literal = sum(not _PARAMETER.fullmatch(segment) for segment in segments)
        return ("+}" in self.path, -literal, self.method == "ANY")

    @cached_property
    def names(self) -> list[str]:
        return [name for name, _ in _PARAMETER.findall(self.path)]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A greedy parameter takes the empty rest too, so `/x/{rest+}` is what serves `/x/`."""
        literal, *rest = _PARAMETER.split(self.path)
        text = re.escape(literal)
        for greedy, following in zip(rest[1::3], rest[2::3], strict=True):
            text += ("(.*)" if greedy else "([^/]+)") + re.escape(following)
        return re.compile(text, re.DOTALL)

    def match(self, method: str, path: str) -> Match | None:
        found = self.pattern.fullmatch(path) if self.method in {method, "ANY"} else None
        return Match(self.route, dict(zip(self.names, found.groups(), strict=True))) if found else None


class Router:
    """The routes of an HTTP API, in the order in which API Gateway considers them.

    "Create routes for HTTP APIs" in the API Gateway developer guide: a full match, then a greedy one, then
    `$default`. Unlike a REST API, the method takes part: a route of another method hides nothing. `/x/` is
    another path than `/x`.
    """

    def __init__(self, routes: Sequence[HttpRoute]) -> None:
        named = [_Candidate(route) for route in routes if route.key != DEFAULT_ROUTE]
        self._candidates = sorted(named, key=lambda candidate: candidate.rank)
        self._default = next((Match(route) for route in routes if route.key == DEFAULT_ROUTE), None)

    def match(self, method: str, path: str) -> Match:
        """Raises RESOURCE_NOT_FOUND."""
        matches = (candidate.match(method, path) for candidate in self._candidates)
        match = next(filter(None, matches), self._default)
        if match is None:
            raise GatewayError("RESOURCE_NOT_FOUND")
        return match
