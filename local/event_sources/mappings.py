"""Event source mappings of one kind, and the pollers that serve them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Generic, Protocol, TypeVar


class _Mapping(Protocol):
    @property
    def name(self) -> str: ...


class _Poller(Protocol):
    @property
    def mapping(self) -> _Mapping: ...
    def request_stop(self) -> None: ...
    def stop(self) -> None: ...
    def is_idle_since(self, moment: float) -> bool: ...


M = TypeVar("M", bound=_Mapping)
P = TypeVar("P", bound=_Poller)


class EventSourceMappings(ABC, Generic[M, P]):
    """Runs one poller for each mapping."""

    def __init__(self) -> None:
        self._pollers: dict[str, P] = {}

    @abstractmethod
    def start_poller(self, mapping: M, stopped: P | None) -> P:
        """A started poller; `stopped` served the mapping before it changed."""

    def request_stop(self) -> None:
        """Deliver nothing more; an invocation that fails from now on is no failure of the function."""
        for poller in self._pollers.values():
            poller.request_stop()

    def are_idle_since(self, moment: float) -> bool:
        """Whether nothing was left to deliver after that moment of the monotonic clock."""
        return all(poller.is_idle_since(moment) for poller in list(self._pollers.values()))

    def close(self) -> None:
        self._stop_all_but({})

    def replace_pollers(self, mappings: Iterable[M]) -> None:
        """Keep the poller of an unchanged mapping, stop every other, start those that are missing."""
        wanted = {mapping.name: mapping for mapping in mappings}
        stopped = self._stop_all_but(wanted)
        for name, mapping in wanted.items():
            if name not in self._pollers:
                self._pollers[name] = self.start_poller(mapping, stopped.get(name))

    def _stop_all_but(self, wanted: Mapping[str, M]) -> dict[str, P]:
        """The stopped pollers. All are asked before one is waited for, so that they stop together."""
        stopped = {
            name: poller for name, poller in self._pollers.items() if poller.mapping != wanted.get(name)
        }
        for poller in stopped.values():
            poller.request_stop()
        for name, poller in stopped.items():
            poller.stop()
            del self._pollers[name]
        return stopped
