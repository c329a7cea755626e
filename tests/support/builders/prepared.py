"""What builders put into an empty table, kept for the next test that needs the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Snapshots(Protocol):
    """A table whose content can be copied and put back."""

    def is_empty(self) -> bool: ...
    def copy_content(self) -> Any: ...  # noqa: ANN401 - only `restore_content` looks into it
    def restore_content(self, content: Any) -> None: ...  # noqa: ANN401


class _Prepared:
    def __init__(self) -> None:
        self.snapshots: Snapshots | None = None
        self.known: dict[str, tuple[Any, Any]] = {}


_prepared = _Prepared()


def keep_prepared(snapshots: Snapshots | None) -> None:
    """Lets `prepare_once` restore what it has built before. With None it builds each time."""
    _prepared.snapshots = snapshots


def prepare_once(build: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Runs a builder once for the same arguments. A table that is not empty is never restored."""

    @wraps(build)
    def prepare(*args: Parameters.args, **named: Parameters.kwargs) -> Result:
        snapshots = _prepared.snapshots
        if snapshots is None or not snapshots.is_empty():
            return build(*args, **named)
        case = f"{build.__qualname__} {args} {named}"
        if case in _prepared.known:
            content, result = _prepared.known[case]
            snapshots.restore_content(content)
        else:
            result = build(*args, **named)
            _prepared.known[case] = snapshots.copy_content(), result
        found: Result = result
        return found

    return prepare
