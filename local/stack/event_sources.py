"""Event source mappings: from the streams of tables, and from queues."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

from local.model import QueueMapping, StreamMapping
from local.stack import names
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.transform import Document, Value

_log = logging.getLogger(__name__)


def streams(resolver: Resolver, file: str) -> tuple[StreamMapping, ...]:
    """The enabled mappings from a table's stream; a source of another kind than these gets a warning."""
    found = []
    for logical_id, properties in _mappings(resolver):
        source = str(properties.get("EventSourceArn"))
        table = names.table_of_stream(source)
        if table:
            found.append(_stream(logical_id, table, properties, Place(file, logical_id)))
        elif not names.queue_of(source):
            _log.warning("%s: only tables and queues are read locally, so this mapping is idle", logical_id)
    return tuple(found)


def queue_mappings(resolver: Resolver, file: str) -> tuple[QueueMapping, ...]:
    """The enabled mappings from a queue; raises TemplateError on what is not emulated."""
    return tuple(
        _queue_mapping(logical_id, queue, properties, Place(file, logical_id))
        for logical_id, properties in _mappings(resolver)
        if (queue := names.queue_of(str(properties.get("EventSourceArn"))))
    )


def _mappings(resolver: Resolver) -> Iterator[tuple[str, Document]]:
    for logical_id, properties in resolver.resources("AWS::Lambda::EventSourceMapping").items():
        if properties.get("Enabled", True):
            yield logical_id, properties


def _queue_mapping(logical_id: str, queue: str, properties: Document, place: Place) -> QueueMapping:
    if properties.get("FilterCriteria"):
        raise (place / "FilterCriteria").error("is set, but messages of queues are not filtered locally")
    return QueueMapping(
        name=logical_id,
        queue=queue,
        function=_function(properties.get("FunctionName"), place / "FunctionName"),
        batch_size=int(properties.get("BatchSize", 10)),
        batching_window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        report_batch_item_failures=_reports_failures(properties),
        maximum_concurrency=properties.get("ScalingConfig", {}).get("MaximumConcurrency"),
    )


def _reports_failures(properties: Document) -> bool:
    return "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ())


def _stream(logical_id: str, table: str, properties: Document, place: Place) -> StreamMapping:
    on_failure = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return StreamMapping(
        name=logical_id,
        table=table,
        function=_function(properties.get("FunctionName"), place / "FunctionName"),
        batch_size=int(properties.get("BatchSize", 100)),
        batching_window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        filters=_filters(properties, place / "FilterCriteria"),
        maximum_retry_attempts=int(properties.get("MaximumRetryAttempts", -1)),
        maximum_record_age_seconds=int(properties.get("MaximumRecordAgeInSeconds", -1)),
        bisect_on_error=bool(properties.get("BisectBatchOnFunctionError", False)),
        report_batch_item_failures=_reports_failures(properties),
        on_failure=on_failure,
        starting_position=str(properties.get("StartingPosition", "LATEST")),
    )


def _function(arn_or_name: Value, place: Place) -> str:
    name = names.function_name(str(arn_or_name))
    if name is None:
        raise place.error(f"is {arn_or_name}, which is not a function")
    return name


def _filters(properties: Document, place: Place) -> tuple[Document, ...]:
    filters = properties.get("FilterCriteria", {}).get("Filters", ())
    return tuple(_pattern(item.get("Pattern"), place) for item in filters)


def _pattern(text: Value, place: Place) -> Document:
    try:
        pattern = json.loads(text)
    except (TypeError, ValueError) as error:
        raise place.error(f"has a Pattern that is not JSON: {text}") from error
    if not isinstance(pattern, dict):
        raise place.error(f"has a Pattern that is not a JSON object: {text}")
    return pattern
