"""All event source mappings of the stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.event_sources import filters
from local.event_sources.streams.poller import Checkpoints, StreamPoller
from local.event_sources.streams.shards import StreamsClient
from local.failures import FailureLog
from local.model import Invoke, StreamMapping


class StreamMappings:
    """Delivers the changes of the tables to the functions that are mapped to their streams."""

    def __init__(
        self,
        client: StreamsClient,
        invoke: Invoke,
        *,
        failures: FailureLog,
        report: Callable[[str], None],
        send: Callable[[str, Mapping[str, Any]], None] | None = None,
    ) -> None:
        """`send` gets the ARN of an on-failure destination and what is to be sent there."""
        self._client = client
        self._send = send
        self._invoke = invoke
        self._failures = failures
        self._report = report
        self._pollers: dict[str, StreamPoller] = {}

    def replace(self, mappings: Iterable[StreamMapping], stream_arns: Mapping[str, str]) -> None:
        """Run these mappings from now on; a changed one goes on where it was.

        `stream_arns` is by table name. Raises PatternError before anything changes.
        """
        wanted = {mapping.name: mapping for mapping in mappings}
        for mapping in wanted.values():
            for pattern in mapping.filters:
                filters.check(pattern)
        checkpoints = self._stop_all_but(wanted)
        for name, mapping in wanted.items():
            if name not in self._pollers:
                self._start(mapping, stream_arns[mapping.table], checkpoints.get(name))

    def request_stop(self) -> None:
        """Deliver nothing more; a failure from now on is not the function's."""
        for poller in self._pollers.values():
            poller.request_stop()

    def close(self) -> None:
        self._stop_all_but({})

    def _stop_all_but(self, wanted: Mapping[str, StreamMapping]) -> dict[str, Checkpoints]:
        changed = [
            poller for poller in self._pollers.values() if wanted.get(poller.mapping.name) != poller.mapping
        ]
        for poller in changed:
            poller.request_stop()
        return {poller.mapping.name: self._pollers.pop(poller.mapping.name).stop() for poller in changed}

    def _start(self, mapping: StreamMapping, stream_arn: str, checkpoints: Checkpoints | None) -> None:
        poller = StreamPoller(
            mapping,
            stream_arn,
            self._client,
            invoke=self._invoke,
            discard=self._discard,
            report=self._report,
            checkpoints=checkpoints,
        )
        poller.start()
        self._pollers[mapping.name] = poller

    def _discard(self, mapping: StreamMapping, record: dict[str, Any]) -> None:
        condition, size = record["requestContext"]["condition"], record["DDBStreamBatchInfo"]["batchSize"]
        if mapping.on_failure:
            self._failures.append(mapping.name, record)
            if self._send:
                self._send(mapping.on_failure, record)
            where = f"see {self._failures.path(mapping.name)}"
        else:
            where = "no on-failure destination keeps track of them"
        self._report(f"{mapping.name} gave up {size} stream record(s): {condition} ({where})")
