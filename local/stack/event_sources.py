"""Event source mappings: from the streams of tables, and from queues."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping

from local.model import Function, Queue, QueueMapping, StreamMapping
from local.stack import names
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.transform import Document, Value

_DEFAULT_VISIBILITY_SECONDS = 30

_log = logging.getLogger(__name__)


def read_stream_mappings(resolver: Resolver) -> tuple[StreamMapping, ...]:
    """The enabled mappings from streams. A mapping from neither a stream nor a queue gets a warning."""
    found = []
    for logical_id, properties in _read_enabled(resolver):
        source = str(properties.get("EventSourceArn"))
        table = names.streamed_table(source)
        if table:
            found.append(_read_stream_mapping(table, properties, resolver.place(logical_id)))
        elif not names.queue_name(source):
            _log.warning("%s: only tables and queues are read locally, so this mapping is idle", logical_id)
    return tuple(found)


def read_queue_mappings(resolver: Resolver) -> tuple[QueueMapping, ...]:
    """The enabled mappings from queues; raises TemplateError for what is not emulated."""
    return tuple(
        _read_queue_mapping(queue, properties, resolver.place(logical_id))
        for logical_id, properties in _read_enabled(resolver)
        if (queue := names.queue_name(str(properties.get("EventSourceArn"))))
    )


def _read_enabled(resolver: Resolver) -> Iterator[tuple[str, Document]]:
    for logical_id, properties in resolver.resources("AWS::Lambda::EventSourceMapping").items():
        if properties.get("Enabled", True):
            yield logical_id, properties


def _read_queue_mapping(queue: str, properties: Document, place: Place) -> QueueMapping:
    if properties.get("FilterCriteria"):
        raise (place / "FilterCriteria").error("is set, but messages of queues are not filtered locally")
    return QueueMapping(
        name=place.resource,
        queue=queue,
        function=_read_function(properties.get("FunctionName"), place / "FunctionName"),
        batch_size=int(properties.get("BatchSize", 10)),
        batching_window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        report_batch_item_failures=_reports_item_failures(properties),
        maximum_concurrency=_read_number(properties.get("ScalingConfig", {}).get("MaximumConcurrency")),
    )


def _read_number(value: Value | None) -> int | None:
    """A number that a parameter gives is a text."""
    return None if value is None else int(value)


def _reports_item_failures(properties: Document) -> bool:
    return "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ())


def _read_stream_mapping(table: str, properties: Document, place: Place) -> StreamMapping:
    on_failure = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return StreamMapping(
        name=place.resource,
        table=table,
        function=_read_function(properties.get("FunctionName"), place / "FunctionName"),
        batch_size=int(properties.get("BatchSize", 100)),
        batching_window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        filters=_read_filters(properties, place / "FilterCriteria"),
        maximum_retry_attempts=int(properties.get("MaximumRetryAttempts", -1)),
        maximum_record_age_seconds=int(properties.get("MaximumRecordAgeInSeconds", -1)),
        bisect_on_error=bool(properties.get("BisectBatchOnFunctionError", False)),
        report_batch_item_failures=_reports_item_failures(properties),
        on_failure=on_failure,
        starting_position=str(properties.get("StartingPosition", "LATEST")),
    )


def _read_function(arn_or_name: Value, place: Place) -> str:
    name = names.function_name(str(arn_or_name))
    if name is None:
        raise place.error(f"is {arn_or_name}, which is not a function")
    return name


def _read_filters(properties: Document, place: Place) -> tuple[Document, ...]:
    filters = properties.get("FilterCriteria", {}).get("Filters", ())
    return tuple(_parse_pattern(item.get("Pattern"), place) for item in filters)


def _parse_pattern(text: Value, place: Place) -> Document:
    try:
        pattern = json.loads(text)
    except (TypeError, ValueError) as error:
        raise place.error(f"has a Pattern that is not JSON: {text}") from error
    if not isinstance(pattern, dict):
        raise place.error(f"has a Pattern that is not a JSON object: {text}")
    return pattern


def check_queue_mapping(
    mapping: QueueMapping, functions: Mapping[str, Function], queues: Mapping[str, Queue], place: Place
) -> None:
    """Raise TemplateError for a mapping that Lambda refuses.

    The function and the queue have to exist. A message has to stay invisible for as long as the function may
    take: with a timeout of 10 s and a visibility timeout of 9 s, it could be delivered twice.
    """
    if mapping.function not in functions:
        raise (place / "FunctionName").error(f"names {mapping.function}, which is not in this template")
    if mapping.queue not in queues:
        raise (place / "EventSourceArn").error(f"names {mapping.queue}, which is not in this template")
    visibility = int(queues[mapping.queue].attributes.get("VisibilityTimeout", _DEFAULT_VISIBILITY_SECONDS))
    timeout = functions[mapping.function].timeout_seconds
    if visibility < timeout:
        raise (place / "EventSourceArn").error(
            f"names a queue whose VisibilityTimeout, {visibility} s, is less than the function's {timeout} s"
        )
