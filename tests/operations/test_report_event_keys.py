"""Events whose keys are kept: sent again with a timestamp in another hour, an event counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.stack import load_stack
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys
from parity.dynamodb.table import Table, table
from parity.metering.store import keys as metering_keys
from tests.support import ROOT
from tests.support.answers import refusal
from tests.support.builders.customers import create_customer
from tests.support.builders.events import list_statuses, make_event_body, send_events
from tests.support.builders.moments import MOMENT
from tests.support.fakes.clients import ProcessEnded, record_requests
from tests.support.fakes.functions import Reply, call, set_clock
from tests.support.fakes.moto_faults import end_process_after_put, inject_put_fault, refuse_puts, resend_put
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("kept_keys", "reporting_acme")

REPORT = "report/event"
FIRST = datetime(2026, 3, 15, 11, 59, 30, 4217, UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def kept_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENT_KEY_DAYS", "35")


def send_at(moment: datetime = FIRST, **changes: Any) -> Reply:  # noqa: ANN401
    return call(REPORT, body=make_event_body(timestamp=to_iso(moment), **changes))


def is_replayed(reply: Reply) -> bool:
    assert reply.status == 200, reply.text
    return reply.headers.get("idempotent-replayed") == "true"


def list_timestamps(customer_id: str = "acme") -> list[datetime]:
    """When the stored events of a customer happened."""
    events = [item for item in scan_items(table()) if metering_keys.is_events(item["PK"])]
    timestamps = [
        from_iso(item["timestamp"]) for item in events if keys.customer_in(item["PK"]) == customer_id
    ]
    return sorted(timestamps)


@pytest.mark.parametrize("distance", [-34 * DAY, -HOUR, -timedelta(minutes=1), timedelta(minutes=1)])
def test_an_event_sent_again_with_another_timestamp_is_the_same_and_keeps_the_first(
    distance: timedelta,
) -> None:
    assert not is_replayed(send_at())
    assert is_replayed(send_at(FIRST + distance))
    assert is_replayed(send_at())
    assert list_timestamps() == [FIRST]


def test_a_late_event_sent_again_with_the_present_timestamp_keeps_the_late_one() -> None:
    late = FIRST - 30 * DAY
    assert [is_replayed(send_at(moment)) for moment in (late, FIRST, late)] == [False, True, True]
    assert list_timestamps() == [late]


def test_another_event_under_the_key_is_refused_in_another_hour_too() -> None:
    send_at()
    other = send_at(FIRST - 3 * HOUR, properties={"tokensUsed": 413})
    assert refusal(other) == (422, "idempotency_key_reused")
    assert list_timestamps() == [FIRST]


def test_other_keys_and_other_customers_are_other_events() -> None:
    create_customer("Beta")
    replies = send_at(), send_at(idempotencyKey="k-2"), send_at(customerId="beta")
    assert [is_replayed(reply) for reply in replies] == [False] * 3
    assert (list_timestamps(), list_timestamps("beta")) == ([FIRST, FIRST], [FIRST])


def test_an_event_is_a_read_of_the_customer_and_two_writes(parity_table: Table) -> None:
    with record_requests(parity_table.client) as requests:
        send_at()
    assert [operation for operation, _ in requests] == ["GetItem", "PutItem", "PutItem"]
    key, event = (sent["Item"]["PK"]["S"] for _, sent in requests[1:])
    assert (key, event) == (metering_keys.event_key("acme", "k-1")["PK"], "EVENTS#acme#2026-03-15T11")
    assert not metering_keys.is_events(key)


def test_a_process_that_ends_between_key_and_event_loses_nothing_and_counts_once(
    parity_table: Table,
) -> None:
    with inject_put_fault(parity_table, end_process_after_put(1)), pytest.raises(ProcessEnded):
        send_at()
    assert list_timestamps() == []
    assert [is_replayed(send_at(FIRST - 2 * HOUR)) for _ in range(2)] == [False, True]
    assert is_replayed(send_at())
    assert list_timestamps() == [FIRST]


@pytest.mark.parametrize("lost", [1, 2])
def test_an_event_with_a_lost_answer_is_no_duplicate_of_itself(parity_table: Table, lost: int) -> None:
    with inject_put_fault(parity_table, resend_put(lost)):
        assert not is_replayed(send_at())
    assert is_replayed(send_at(FIRST - HOUR))
    assert list_timestamps() == [FIRST]


@pytest.mark.parametrize("first", [1, 2])
def test_a_throttled_event_is_stored_by_its_retry(parity_table: Table, first: int) -> None:
    with inject_put_fault(parity_table, refuse_puts(first)):
        assert refusal(send_at()) == (503, "busy")
    assert not is_replayed(send_at(FIRST - HOUR))
    assert list_timestamps() == [FIRST if first == 2 else FIRST - HOUR]


def test_a_key_is_kept_for_the_horizon_and_then_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """TTL deletes nothing here, and later than the horizon on AWS."""
    send_at()
    for later, replayed in ((35 * DAY - timedelta(minutes=1), True), (35 * DAY, False)):
        set_clock(monkeypatch, REPORT, MOMENT + later)
        assert is_replayed(send_at(FIRST + later)) is replayed
    assert list_timestamps() == [FIRST, FIRST + 35 * DAY]


def test_a_batch_has_each_key_once_whatever_its_timestamps() -> None:
    send_at()
    hours = [make_event_body(timestamp=to_iso(FIRST - number * HOUR)) for number in range(3)]
    others = [event | {"idempotencyKey": "k-2"} for event in hours]
    assert list_statuses(send_events(*hours, *others)) == ["duplicate"] * 3 + ["accepted"] + ["duplicate"] * 2
    assert list_statuses(send_events(*reversed(others), *reversed(hours))) == ["duplicate"] * 6
    assert list_timestamps() == [FIRST, FIRST]


@pytest.mark.parametrize(("chosen", "days"), [("true", "35"), ("false", "0")])
def test_the_stack_says_for_how_many_days_keys_are_kept(tmp_path: Path, chosen: str, days: str) -> None:
    (tmp_path / "python").mkdir()
    parameters = {"AWS::StackName": "test", "EventKeysAcrossHours": chosen, "Dashboard": "no"}
    functions = load_stack(ROOT / "template.yaml", parameters, {"DependenciesLayer": tmp_path}).functions
    found = [functions[f"test-report-{name}"].environment["EVENT_KEY_DAYS"] for name in ("event", "events")]
    assert found == [days, days]


def test_without_kept_keys_an_event_in_another_hour_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT_KEY_DAYS")
    assert [is_replayed(send_at(FIRST - number * HOUR)) for number in range(2)] == [False, False]
    assert list_timestamps() == [FIRST - HOUR, FIRST]
