"""POST /api/v1/report/events: lost answers, throttling, processes that end, and time that is over."""

from __future__ import annotations

import json

import pytest

from parity.dynamodb.table import Table
from parity.metering.service.ingest import out_of_time_after
from tests.support.answers import refusal
from tests.support.builders.events import (
    EVENT_HOUR,
    REPORT_EVENTS,
    list_keys,
    list_results,
    list_statuses,
    list_stored_keys,
    make_event_bodies,
    make_event_body,
    send_events,
)
from tests.support.fakes.clients import ProcessEnded
from tests.support.fakes.functions import load_handler
from tests.support.fakes.moto_faults import end_process_after_put, inject_put_fault, refuse_puts, resend_put

pytestmark = pytest.mark.usefixtures("reporting_acme")


def test_a_process_that_ends_after_any_write_loses_and_doubles_nothing(parity_table: Table) -> None:
    events = make_event_bodies(4)
    for last in range(1, 5):
        with inject_put_fault(parity_table, end_process_after_put(last)), pytest.raises(ProcessEnded):
            send_events(*events)
        assert list_stored_keys(EVENT_HOUR) == list_keys(events)[:last]
    assert list_statuses(send_events(*events)) == ["duplicate"] * 4
    assert list_stored_keys(EVENT_HOUR) == list_keys(events)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_event_whose_answer_is_lost_is_accepted(parity_table: Table, lost: int) -> None:
    with inject_put_fault(parity_table, resend_put(lost)):
        assert list_statuses(send_events(*make_event_bodies(3))) == ["accepted"] * 3


def test_throttled_events_are_named_and_can_be_retried(parity_table: Table) -> None:
    events = make_event_bodies(5)
    with inject_put_fault(parity_table, refuse_puts(3)):
        assert list_statuses(send_events(*events)) == ["accepted"] * 2 + ["busy"] * 3
    assert list_stored_keys(EVENT_HOUR) == list_keys(events)[:2]
    assert list_statuses(send_events(*events)) == ["duplicate"] * 2 + ["accepted"] * 3


def test_an_event_whose_write_fails_unexpectedly_is_busy(parity_table: Table) -> None:
    with inject_put_fault(parity_table, refuse_puts(2, "InternalServerError")):
        accepted, failed = list_results(send_events(*make_event_bodies(2)))
    assert (accepted["status"], failed["status"], failed["code"]) == ("accepted", "rejected", "busy")
    assert "not known" in failed["detail"]


def test_a_failure_of_all_events_is_one_log_line(
    parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    with inject_put_fault(parity_table, refuse_puts(1, "InternalServerError")):
        assert list_statuses(send_events(*make_event_bodies(3), {})) == ["busy"] * 3 + ["invalid_request"]
    line, metric = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["error"]) == ("ERROR", "ClientError")
    assert metric["RequestsFailed"] == 1


def test_nothing_is_stored_where_the_customers_cannot_be_read(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle = refuse_puts(1)
    with monkeypatch.context() as throttled:
        throttled.setattr(parity_table.client, "batch_get_item", lambda **_: throttle(1, lambda: None))
        assert refusal(send_events(make_event_body())) == (503, "busy")
    assert list_stored_keys(EVENT_HOUR) == []


def test_events_without_time_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False, True, True])
    monkeypatch.setattr(load_handler(REPORT_EVENTS), "out_of_time_after", lambda _: lambda: next(answers))
    events = make_event_bodies(4)
    assert list_statuses(send_events(*events)) == ["accepted"] * 2 + ["busy"] * 2
    assert list_stored_keys(EVENT_HOUR) == list_keys(events)[:2]


def test_time_is_over_when_it_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([100.0, 119.0, 121.0])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    over = out_of_time_after(20)
    assert [over(), over()] == [False, True]
