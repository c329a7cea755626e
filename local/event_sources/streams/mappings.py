"""All event source mappings from the streams of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from local.event_sources.filters import check_pattern
from local.event_sources.mappings import EventSourceMappings
from local.event_sources.streams.poller import StreamPoller
from local.event_sources.streams.positions import Positions
from local.event_sources.streams.shards import StreamsClient
from local.failures import FailureLog
from local.model import Invoke, StreamMapping


def check_filters(mappings: Iterable[StreamMapping]) -> None:
    """Raise PatternError unless every filter of the mappings is one that Lambda takes."""
    for mapping in mappings:
        for pattern in mapping.filters:
            check_pattern(pattern)


class StreamMappings(EventSourceMappings[StreamMapping, StreamPoller]):
    """Delivers the changes of the tables to the functions that are mapped to their streams."""

    def __init__(  # noqa: PLR0913 - all but the first two are named
        self,
        client: StreamsClient,
        invoke: Invoke,
        *,
        failures: FailureLog,
        report: Callable[[str], None],
        send: Callable[[str, Mapping[str, Any]], None] | None = None,
        positions: Positions | None = None,
    ) -> None:
        """`send` gets the ARN of an on-failure destination and the failure record for it.

        Mappings begin where `positions` says, and keep theirs there.
        """
        super().__init__()
        self._client = client
        self._send = send
        self._positions = positions or Positions(None)
        self._invoke = invoke
        self._failures = failures
        self._report = report
        self._stream_arns: Mapping[str, str] = {}

    def replace(self, mappings: Iterable[StreamMapping], stream_arns: Mapping[str, str]) -> None:
        """Run these mappings from now on; a changed one continues where it was.

        `stream_arns` is by table name. Raises PatternError before anything changes.
        """
        mappings = tuple(mappings)
        check_filters(mappings)
        self._stream_arns = stream_arns
        self.replace_pollers(mappings)

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """Reads with almost no pauses during the block. Such blocks may be nested."""
        pollers = [poller for poller in self._pollers.values() if not poller.is_hurried]
        for poller in pollers:
            poller.hurry()
        try:
            yield
        finally:
            for poller in pollers:
                poller.slow_down()

    def start_poller(self, mapping: StreamMapping, stopped: StreamPoller | None) -> StreamPoller:
        stream_arn = self._stream_arns[mapping.table]
        kept = stopped.checkpoints if stopped else self._positions.find(mapping.name, stream_arn)
        poller = StreamPoller(
            mapping,
            stream_arn,
            self._client,
            invoke=self._invoke,
            discard=self._discard,
            report=self._report,
            checkpoints=kept,
            keep=partial(self._positions.keep, mapping.name, stream_arn),
        )
        poller.start()
        return poller

    def _discard(self, mapping: StreamMapping, record: dict[str, Any]) -> None:
        """Report a discarded batch, and keep its failure record if the mapping has a destination for it."""
        condition, size = record["requestContext"]["condition"], record["DDBStreamBatchInfo"]["batchSize"]
        if mapping.on_failure:
            self._failures.append(mapping.name, record)
            if self._send:
                self._send(mapping.on_failure, record)
            where = f"see {self._failures.path(mapping.name)}"
        else:
            where = "the mapping has no on-failure destination"
        self._report(f"{mapping.name} discarded {size} stream record(s): {condition} ({where})")
