"""Events that are valid, and events that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import InvalidFieldsError
from parity.metering.rules.errors import TimestampInFutureError, TimestampTooOldError
from parity.metering.rules.events import (
    MAX_PROPERTIES_BYTES,
    EventDraft,
    UsageEvent,
    is_possible_key,
    new_event,
    parse_timestamp,
    properties_text,
)

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
HORIZON = timedelta(days=35)
TICK = timedelta(microseconds=1)
DRAFT = EventDraft(
    customer_id="acme", name="completion", idempotency_key="k-1", timestamp="2026-03-15T11:59:30Z"
)


def make_event(**changes: Any) -> UsageEvent:  # noqa: ANN401
    return new_event(replace(DRAFT, **changes), now=NOW, horizon=HORIZON)


def refused_fields(**changes: Any) -> list[str]:  # noqa: ANN401
    """The fields that are refused."""
    with pytest.raises(InvalidFieldsError) as refused:
        make_event(**changes)
    return [problem.field for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02 09:20:11.004217", datetime(2026, 3, 2, 9, 20, 11, 4217, UTC)),
        ("2026-03-02 09:20:11.5", datetime(2026, 3, 2, 9, 20, 11, 500_000, UTC)),
        ("2026-3-2 9:2:1.004", datetime(2026, 3, 2, 9, 2, 1, 4000, UTC)),
        ("2026-03-02T09:20:11Z", datetime(2026, 3, 2, 9, 20, 11, 0, UTC)),
        ("2026-03-02t09:20:11z", datetime(2026, 3, 2, 9, 20, 11, 0, UTC)),
        ("2026-03-02 09:20:11+05:45", datetime(2026, 3, 2, 3, 35, 11, 0, UTC)),
        ("2026-03-01T22:20:11.25-11:00", datetime(2026, 3, 2, 9, 20, 11, 250_000, UTC)),
        ("2026-03-02T09:20:11.004217999Z", datetime(2026, 3, 2, 9, 20, 11, 4217, UTC)),
        ("2024-02-29T00:00:00-00:00", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_the_client_libraries_or_as_rfc_3339_write_it(
    text: str, expected: datetime
) -> None:
    assert parse_timestamp(text) == expected
    assert parse_timestamp(text).tzinfo is UTC


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - the offset is drawn apart
    st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_a_time_is_the_same_in_every_offset(naive: datetime, offset: timezone) -> None:
    moment = naive.replace(tzinfo=offset)
    assert parse_timestamp(moment.isoformat()) == parse_timestamp(moment.isoformat(" ")) == moment
    assert parse_timestamp(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}") == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-02",
        "2026-03-02 09:20:11",
        "2026-03-02T09:20:11",
        "2026-03-02T09:20:11.004217",
        "2026-03-02 09:20:11.0042171",
        "2026-03-02T09:20:11.0042170000Z",
        "2026-03-02T9:20:11Z",
        "2026-02-29T09:20:11Z",
        "2026-13-02T09:20:11Z",
        "2026-03-02T09:20:60Z",
        "2026-03-02T09:20:11+24:00",
        "2026-03-02T09:20:11+05:60",
        "2026-03-02T09:20:11+0545",
        "2026-03-02T09:20:11Z\n",
        " 2026-03-02T09:20:11Z",
        "2026-03-02_09:20:11Z",
        "٢٠٢٦-03-02T09:20:11Z",
        "2026-3-32 9:2:1.0",
        "0000-03-02T09:20:11Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "1772443211",
    ],
)
def test_no_other_text_is_a_time(text: str) -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        parse_timestamp(text)
    assert refused_fields(timestamp=text) == ["timestamp"]


@pytest.mark.parametrize("lead", [timedelta(minutes=5), timedelta(0), -HORIZON], ids=str)
def test_an_event_may_be_a_little_ahead_or_as_old_as_the_horizon(lead: timedelta) -> None:
    assert make_event(timestamp=(NOW + lead).isoformat()).timestamp == NOW + lead


@pytest.mark.parametrize(
    ("lead", "error", "code"),
    [
        (timedelta(minutes=5) + TICK, TimestampInFutureError, "timestamp_in_future"),
        (-HORIZON - TICK, TimestampTooOldError, "timestamp_too_old"),
    ],
    ids=["ahead", "old"],
)
def test_an_event_beyond_that_is_refused(lead: timedelta, error: type[InvalidFieldsError], code: str) -> None:
    with pytest.raises(error) as refused:
        make_event(timestamp=(NOW + lead).isoformat())
    assert refused.value.code == code
    assert refused.value.problems[0].field == "timestamp"
    assert "2026-03-15T12:00:00.000000Z" in refused.value.detail


def test_the_horizon_is_named_in_days() -> None:
    with pytest.raises(TimestampTooOldError, match="7 days"):
        new_event(replace(DRAFT, timestamp="2026-03-01T00:00:00Z"), now=NOW, horizon=timedelta(days=7))


def test_an_event_has_what_was_sent_and_when_it_was_received() -> None:
    event = make_event(properties={"tokensUsed": 5}, resource_id="job-1")
    assert event == UsageEvent(
        customer_id="acme",
        name="completion",
        idempotency_key="k-1",
        timestamp=datetime(2026, 3, 15, 11, 59, 30, tzinfo=UTC),
        properties={"tokensUsed": 5},
        resource_id="job-1",
        received_on=NOW,
    )
    assert event.hour == datetime(2026, 3, 15, 11, tzinfo=UTC)


def test_an_accent_may_be_encoded_in_either_form() -> None:
    assert make_event(customer_id="fundac\u0327a\u0303o").customer_id == "fundação"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("customer_id", "customerId"),
        ("name", "eventName"),
        ("idempotency_key", "idempotencyKey"),
        ("resource_id", "resourceId"),
    ],
)
def test_a_text_has_1_to_255_characters_and_was_utf_8(name: str, field: str) -> None:
    assert getattr(make_event(**{name: "é" * 255}), name) == "é" * 255
    for text in ("", "é" * 256, "a\ufffdb"):
        assert refused_fields(**{name: text}) == [field]


def test_a_key_fits_into_a_sort_key() -> None:
    assert make_event(idempotency_key="😀" * 250).idempotency_key == "😀" * 250
    assert refused_fields(idempotency_key="😀" * 251) == ["idempotencyKey"]
    assert [is_possible_key("😀" * count) for count in (250, 251)] == [True, False]
    assert [is_possible_key("a" * count) for count in (255, 256)] == [True, False]


def test_properties_have_16_kilobytes_as_json() -> None:
    fitting = {"é": "é" * ((MAX_PROPERTIES_BYTES - len('{"é":""}'.encode())) // 2)}
    assert len(properties_text(fitting).encode()) == MAX_PROPERTIES_BYTES - 1
    assert make_event(properties=fitting).properties == fitting
    assert refused_fields(properties={"é": fitting["é"] + "é"}) == ["properties"]
    assert refused_fields(properties={"note": ["a\ufffdb"]}) == ["properties"]


def test_equal_properties_have_equal_texts() -> None:
    assert properties_text({"b": {"d": 1, "c": 2}, "a": "ç"}) == '{"a":"ç","b":{"c":2,"d":1}}'
    assert len({properties_text({"a": value}) for value in (1, 1.0, "1", True)}) == 4


def test_every_wrong_field_is_named() -> None:
    assert refused_fields(name="", idempotency_key="", timestamp="") == [
        "eventName",
        "idempotencyKey",
        "timestamp",
    ]
