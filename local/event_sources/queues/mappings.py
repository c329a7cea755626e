"""All event source mappings from queues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from local.event_sources.queues.poller import QueuePoller
from local.event_sources.queues.sqs import SqsClient
from local.model import Invoke, QueueMapping


class QueueMappings:
    """Delivers messages to the functions that are mapped to their queues."""

    def __init__(self, client: SqsClient, invoke: Invoke, *, report: Callable[[str], None]) -> None:
        self._client = client
        self._invoke = invoke
        self._report = report
        self._pollers: dict[str, QueuePoller] = {}

    def replace(self, mappings: Iterable[QueueMapping]) -> None:
        """Run these mappings from now on; the queues have to exist."""
        wanted = {mapping.name: mapping for mapping in mappings}
        self._stop_all_but(wanted)
        for name, mapping in wanted.items():
            if name not in self._pollers:
                poller = QueuePoller(mapping, self._client, invoke=self._invoke, report=self._report)
                poller.start()
                self._pollers[name] = poller

    def request_stop(self) -> None:
        """Deliver nothing more; a failure from now on is not the function's."""
        for poller in self._pollers.values():
            poller.request_stop()

    def close(self) -> None:
        self._stop_all_but({})

    def _stop_all_but(self, wanted: Mapping[str, QueueMapping]) -> None:
        changed = [
            poller for poller in self._pollers.values() if wanted.get(poller.mapping.name) != poller.mapping
        ]
        for poller in changed:
            poller.request_stop()
        for poller in changed:
            self._pollers.pop(poller.mapping.name).stop()
