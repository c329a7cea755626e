"""Which route of an API a request is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.gateway.errors import GatewayError
from local.model import Route

_LITERAL, _PARAMETER, _GREEDY = range(3)


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the values of its path parameters, percent-encoded as they were sent."""

    route: Route
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Resource:
    segments: tuple[str, ...]
    methods: Mapping[str, Route]

    @property
    def rank(self) -> tuple[int, ...]:
        return tuple(_kind(segment) for segment in self.segments)

    def parameters(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The path parameters when the path is this resource's, None when it is not."""
        greedy = bool(self.segments) and _kind(self.segments[-1]) == _GREEDY
        if len(segments) != len(self.segments) and not (greedy and len(segments) > len(self.segments)):
            return None
        if greedy:
            last = len(self.segments) - 1
            segments = [*segments[:last], "/".join(segments[last:])]
        return self._values(segments)

    def _values(self, segments: Sequence[str]) -> dict[str, str] | None:
        values = {}
        for template, segment in zip(self.segments, segments, strict=True):
            if _kind(template) != _LITERAL:
                values[template.strip("{}").rstrip("+")] = segment
            elif template != segment:
                return None
        return values


class Router:
    """The resources of an API, the most specific first, as API Gateway chooses among them.

    A segment that is literal beats `{parameter}`, which beats `{greedy+}`. The resource is chosen before the
    method, so a method that the most specific resource lacks is not looked for elsewhere.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        methods: dict[str, dict[str, Route]] = {}
        for route in routes:
            methods.setdefault(route.path, {})[route.method] = route
        resources = [_Resource(tuple(_segments(path)), found) for path, found in methods.items()]
        self._resources = sorted(resources, key=lambda resource: resource.rank)

    def match(self, method: str, path: str) -> Match:
        """Raises MISSING_AUTHENTICATION_TOKEN, which is AWS's word for an unknown path or method.

        `/x/` is `/x`; a segment is never empty, and `.`, `..` and `%2F` are just text.
        """
        segments = _segments(path)
        if not path.startswith("/") or "" in segments:
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        for resource in self._resources:
            parameters = resource.parameters(segments)
            if parameters is not None:
                return Match(_method(resource.methods, method), parameters)
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")


def _method(methods: Mapping[str, Route], method: str) -> Route:
    route = methods.get(method) or methods.get("ANY")
    if route is None:
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
    return route


def _segments(path: str) -> list[str]:
    inner = path.removeprefix("/").removesuffix("/") if path != "/" else ""
    return inner.split("/") if path not in {"", "/"} else []


def _kind(segment: str) -> int:
    if not segment.startswith("{"):
        return _LITERAL
    return _GREEDY if segment.endswith("+}") else _PARAMETER
