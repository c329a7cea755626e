"""The routes of a REST API, and which of them a request is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.gateway.call import Match
from local.gateway.errors import GatewayError
from local.model import Route

_LITERAL, _PARAMETER, _GREEDY = range(3)


@dataclass(frozen=True, slots=True)
class _Resource:
    segments: tuple[str, ...]
    methods: Mapping[str, Route]

    @property
    def rank(self) -> tuple[int, ...]:
        return tuple(_kind(segment) for segment in self.segments)

    def parameters(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The path parameters of a path of this resource, None for another path."""
        greedy = bool(self.segments) and _kind(self.segments[-1]) == _GREEDY
        if len(segments) != len(self.segments) and not (greedy and len(segments) > len(self.segments)):
            return None
        if greedy:
            last = len(self.segments) - 1
            segments = [*segments[:last], "/".join(segments[last:])]
        return self._match_segments(segments)

    def _match_segments(self, segments: Sequence[str]) -> dict[str, str] | None:
        values = {}
        for template, segment in zip(self.segments, segments, strict=True):
            if _kind(template) != _LITERAL:
                values[template.strip("{}").rstrip("+")] = segment
            elif template != segment:
                return None
        return values


class Router:
    """Finds the most specific resource of a path, as API Gateway does.

    A literal segment is more specific than `{parameter}`, and that more than `{greedy+}`. The resource is
    chosen before the method: with `GET /{id}` and `POST /import`, `GET /import` has no route.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        methods: dict[str, dict[str, Route]] = {}
        for route in routes:
            methods.setdefault(route.path, {})[route.method] = route
        resources = [_Resource(tuple(_split_path(path)), found) for path, found in methods.items()]
        self._resources = sorted(resources, key=lambda resource: resource.rank)

    def match(self, method: str, path: str) -> Match[Route]:
        """Raises MISSING_AUTHENTICATION_TOKEN, AWS's response type for an unknown path or method.

        `/x/` and `/x` are the same path. An empty segment matches nothing. `.`, `..` and `%2F` are text. Path
        parameters stay percent-encoded.
        """
        segments = _split_path(path)
        if not path.startswith("/") or "" in segments:
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        for resource in self._resources:
            parameters = resource.parameters(segments)
            if parameters is not None:
                return Match(_find_route(resource.methods, method), parameters)
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")


def _find_route(methods: Mapping[str, Route], method: str) -> Route:
    route = methods.get(method) or methods.get("ANY")
    if route is None:
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
    return route


def _split_path(path: str) -> list[str]:
    inner = path.removeprefix("/").removesuffix("/") if path != "/" else ""
    return inner.split("/") if path not in {"", "/"} else []


def _kind(segment: str) -> int:
    if not segment.startswith("{"):
        return _LITERAL
    return _GREEDY if segment.endswith("+}") else _PARAMETER
