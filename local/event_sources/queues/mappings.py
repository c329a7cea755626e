"""All event source mappings from queues."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from local.event_sources.mappings import EventSourceMappings
from local.event_sources.queues.poller import QueuePoller
from local.event_sources.queues.sqs import SqsClient
from local.model import Invoke, QueueMapping


class QueueMappings(EventSourceMappings[QueueMapping, QueuePoller]):
    """Delivers messages to the functions that are mapped to their queues."""

    def __init__(self, client: SqsClient, invoke: Invoke, *, report: Callable[[str], None]) -> None:
        super().__init__()
        self._client = client
        self._invoke = invoke
        self._report = report

    def replace(self, mappings: Iterable[QueueMapping]) -> None:
        """Run these mappings from now on. Their queues have to exist."""
        self.replace_pollers(mappings)

    def start_poller(self, mapping: QueueMapping, stopped: QueuePoller | None) -> QueuePoller:  # noqa: ARG002 - as declared
        poller = QueuePoller(mapping, self._client, invoke=self._invoke, report=self._report)
        poller.start()
        return poller
