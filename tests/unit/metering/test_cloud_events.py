"""CloudEvents 1.0 read as usage events."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import InvalidFieldsError
from parity.http.bodies import RequestRefusedError
from parity.metering.api.cloud_events import cloud_event, cloud_event_batch
from parity.metering.api.events import read_events
from parity.metering.rules.events import UsageEvent, is_possible_key

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
EVENT = {
    "specversion": "1.0",
    "id": "A234-1234-1234",
    "source": "/checkout/eu",
    "type": "com.example.completion",
    "subject": "acme",
    "time": "2026-03-15T11:59:30Z",
    "data": {"tokensUsed": 412},
}

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: "\ufffd" not in text
)
SOURCES = TEXTS.map(lambda text: "".join(text.split())).filter(bool)


def read_event(**changes: Any) -> UsageEvent | Exception:  # noqa: ANN401
    """The event with attributes changed, or left out where they are `...`."""
    attributes = {name: value for name, value in {**EVENT, **changes}.items() if value is not ...}
    (event,) = read_events(cloud_event(json.dumps(attributes)), NOW)
    return event


def accepted_event(**changes: Any) -> UsageEvent:  # noqa: ANN401
    event = read_event(**changes)
    assert isinstance(event, UsageEvent), event
    return event


def refused_attributes(**changes: Any) -> list[str]:  # noqa: ANN401
    """The attributes that are refused."""
    error = read_event(**changes)
    assert isinstance(error, InvalidFieldsError)
    return [problem.field for problem in error.problems]


def test_a_cloud_event_becomes_a_usage_event() -> None:
    assert accepted_event(resourceid="job-1") == UsageEvent(
        customer_id="acme",
        name="com.example.completion",
        idempotency_key="/checkout/eu A234-1234-1234",
        timestamp=datetime(2026, 3, 15, 11, 59, 30, tzinfo=UTC),
        properties={"tokensUsed": 412},
        resource_id="job-1",
        received_on=NOW,
    )


@pytest.mark.parametrize("data", [..., None], ids=["absent", "null"])
def test_an_event_without_data_has_no_properties(data: Any) -> None:  # noqa: ANN401
    assert accepted_event(data=data).properties is None


def test_extensions_and_attributes_that_are_null_are_ignored() -> None:
    assert (
        accepted_event(traceparent="00-1", dataschema="https://example.com/s", resourceid=None)
        == accepted_event()
    )


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "application/vnd.example+json", None],
)
def test_data_is_json(content_type: str | None) -> None:
    assert accepted_event(datacontenttype=content_type).properties == {"tokensUsed": 412}


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"specversion": ...}, "specversion"),
        ({"specversion": "0.3"}, "specversion"),
        ({"specversion": 1.0}, "specversion"),
        ({"id": ...}, "id"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"source": None}, "source"),
        ({"source": ""}, "source"),
        ({"source": "/check out"}, "source"),
        ({"source": "/check\u00a0out"}, "source"),
        ({"type": ...}, "type"),
        ({"type": "t" * 256}, "type"),
        ({"subject": ...}, "subject"),
        ({"subject": 7}, "subject"),
        ({"subject": ""}, "subject"),
        ({"time": ...}, "time"),
        ({"time": "yesterday"}, "time"),
        ({"data": [1]}, "data"),
        ({"data": "text"}, "data"),
        ({"data": {"note": "x" * 16384}}, "data"),
        ({"data": ..., "data_base64": "e30="}, "data_base64"),
        ({"datacontenttype": "text/xml"}, "datacontenttype"),
        ({"datacontenttype": 1}, "datacontenttype"),
        ({"resourceid": 7}, "resourceid"),
    ],
    ids=str,
)
def test_a_wrong_attribute_has_the_name_that_the_sender_knows(
    changes: dict[str, Any], attribute: str
) -> None:
    assert refused_attributes(**changes) == [attribute]


@pytest.mark.parametrize(
    ("time", "code"),
    [("2026-03-15T12:05:01Z", "timestamp_in_future"), ("2025-12-31T00:00:00Z", "timestamp_too_old")],
)
def test_a_time_out_of_range_keeps_its_code(time: str, code: str) -> None:
    assert refused_attributes(time=time) == ["time"]
    assert getattr(read_event(time=time), "code", None) == code


@given(st.lists(st.tuples(SOURCES, TEXTS), min_size=2, max_size=2, unique=True))
def test_different_sources_and_ids_have_different_keys(pairs: list[tuple[str, str]]) -> None:
    one, other = (accepted_event(source=source, id=id_).idempotency_key for source, id_ in pairs)
    assert one != other


@pytest.mark.parametrize("long", ["source", "id"])
def test_a_source_and_id_that_are_too_long_become_a_digest(long: str) -> None:
    keys = {accepted_event(**{long: "é" * 300 + ending}).idempotency_key for ending in ("a", "b")}
    assert len(keys) == 2
    assert all(is_possible_key(key) and " " not in key for key in keys)


def test_a_batch_may_be_empty_and_has_at_most_a_thousand_events() -> None:
    assert read_events(cloud_event_batch("[]"), NOW) == []
    assert len(read_events(cloud_event_batch(json.dumps([EVENT] * 1000)), NOW)) == 1000
    for body in ([EVENT] * 1001, EVENT, None):
        with pytest.raises(InvalidFieldsError, match="array of at most 1000"):
            cloud_event_batch(json.dumps(body))


def test_an_invalid_event_does_not_affect_the_others() -> None:
    events = read_events(
        cloud_event_batch(json.dumps([EVENT, "acme", {}, {**EVENT, "data": "\ud800"}, EVENT])), NOW
    )
    assert [type(event) for event in events] == [
        UsageEvent,
        InvalidFieldsError,
        InvalidFieldsError,
        RequestRefusedError,
        UsageEvent,
    ]


@pytest.mark.parametrize("body", [[EVENT], "acme", None], ids=["array", "text", "null"])
def test_one_event_is_an_object(body: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidFieldsError, match="must be a JSON object"):
        cloud_event(json.dumps(body))
