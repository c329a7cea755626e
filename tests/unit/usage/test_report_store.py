"""Reported usage whose answers get lost: counted once, or the outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.errors import BusyError, OutcomeUnknownError
from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.core.periods import window_at
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.counters import UsageCounter, UsageWindow, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import CounterStore
from parity.usage.rules.errors import ReservationNotFoundError
from parity.usage.rules.reports import Behaviour, Report, apply_usage
from parity.usage.rules.reservations import Reservation
from parity.usage.store.counter_updates import MAX_ATTEMPTS, Ceiling
from parity.usage.store.reports import UsageReportStore
from parity.usage.store.reservations import delete_reservation, put_reservation
from tests.support.builders.moments import MOMENT
from tests.support.fakes.moto_faults import Fault, lose_api_answer, lose_requests, refuse_requests

SOON = MOMENT + timedelta(minutes=5)
RECORD = AnswerRecord("key-1", "print", Answer(200, {}, "{}"))
RESERVATION = Reservation(
    number="1", customer_id="acme", feature="exports", amount=3, created_on=MOMENT, expires_on=SOON
)


def new_counter_of_a_day() -> UsageCounter:
    day = window_at("EVERY_DAY", MOMENT)
    return UsageCounter(
        key=UsageKey("acme", "exports"),
        aggregation=Aggregation.CHANGE,
        windows=(UsageWindow(kind="EVERY_DAY", period=day),),
        at=MOMENT,
        turns_on=day.end,
    )


@pytest.fixture
def store(table: Table) -> UsageReportStore:
    store = UsageReportStore(table)
    assert store.save(next_version(new_counter_of_a_day(), MOMENT))
    return store


def stored_counter(store: UsageReportStore) -> UsageCounter:
    found = CounterStore(store.once).get(UsageKey("acme", "exports"))
    assert found is not None
    return found


def stored_usage(store: UsageReportStore) -> int:
    return int(stored_counter(store).windows[0].used)


def make_report(value: int = 7, reserved: int = 0) -> Report:
    return Report(
        customer_id="acme", feature="exports", behaviour=Behaviour.DELTA, value=value, reserved=reserved
    )


def record_answer(transaction: Transaction) -> None:
    keep_answer(transaction, RECORD)


def next_counter(store: UsageReportStore, value: int = 7) -> UsageCounter:
    """The next version of the counter."""
    return next_version(apply_usage(stored_counter(store), Behaviour.DELTA, value), SOON)


WRITES: dict[str, Callable[[UsageReportStore], Callable[[], bool]]] = {
    "update": lambda store: partial(store.apply, make_report(), SOON),
    "recorded": lambda store: partial(store.apply, make_report(), SOON, add_writes=record_answer),
    "version": lambda store: partial(store.save, next_counter(store)),
    "recorded version": lambda store: partial(store.save, next_counter(store), record_answer),
}
RECORDED = [name for name in WRITES if "recorded" in name]
UNRECORDED = [name for name in WRITES if "recorded" not in name]

every_write = pytest.mark.parametrize("write", WRITES)


def run_with_fault(
    store: UsageReportStore, fault: Fault, write: Callable[[], bool]
) -> tuple[bool | None, int]:
    """What the write returns, None for an unknown outcome, and how many requests it sent."""
    sent: list[str] = []
    call_api = store.once.client._make_api_call  # type: ignore[attr-defined] # where all requests pass

    def call(name: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
        sent.append(name)
        return fault(len(sent), lambda: call_api(name, parameters))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.once.client, "_make_api_call", call)
        try:
            return write(), len(sent)
        except OutcomeUnknownError:
            return None, len(sent)


@every_write
def test_an_answer_that_gets_lost_is_found_in_the_counter(store: UsageReportStore, write: str) -> None:
    assert run_with_fault(store, lose_api_answer(1), WRITES[write](store)) == (True, 2)
    assert stored_usage(store) == 7


@every_write
def test_a_request_that_gets_lost_is_sent_again(store: UsageReportStore, write: str) -> None:
    assert run_with_fault(store, lose_requests(1), WRITES[write](store)) == (True, 2)
    assert stored_usage(store) == 7


def report_by_others(store: UsageReportStore, happened: list[int]) -> Callable[[], object]:
    """Somebody else reports 1, over a way without faults."""
    call_api = store.once.client._make_api_call  # type: ignore[attr-defined]

    def report() -> None:
        happened.append(1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store.once.client, "_make_api_call", call_api)
            assert UsageReportStore(store.once).apply(make_report(1), SOON)

    return report


@pytest.mark.parametrize("write", UNRECORDED)
def test_the_outcome_is_unknown_if_others_have_reported_since(store: UsageReportStore, write: str) -> None:
    happened: list[int] = []
    meanwhile = report_by_others(store, happened)
    outcome, _ = run_with_fault(store, lose_api_answer(1, meanwhile), WRITES[write](store))
    assert (outcome, stored_usage(store), happened) == (None, 8, [1])


@pytest.mark.parametrize("write", UNRECORDED)
def test_a_lost_request_has_an_unknown_outcome_if_others_have_reported_since(
    store: UsageReportStore, write: str
) -> None:
    meanwhile = report_by_others(store, [])
    outcome, _ = run_with_fault(store, lose_requests(1, meanwhile=meanwhile), WRITES[write](store))
    assert (outcome, stored_usage(store)) == (None, 1)


@pytest.mark.parametrize("write", RECORDED)
def test_a_stored_answer_shows_the_outcome_although_others_have_reported_since(
    store: UsageReportStore, write: str
) -> None:
    meanwhile = report_by_others(store, [])
    outcome, _ = run_with_fault(store, lose_api_answer(1, meanwhile), WRITES[write](store))
    assert (outcome, stored_usage(store)) == (True, 8)


@every_write
def test_a_request_that_never_gets_through_has_an_unknown_outcome(
    store: UsageReportStore, write: str
) -> None:
    outcome, requests = run_with_fault(store, lose_requests(1, MAX_ATTEMPTS), WRITES[write](store))
    assert (outcome, requests, stored_usage(store)) == (None, MAX_ATTEMPTS, 0)


@every_write
def test_an_error_of_the_server_may_have_had_an_effect(store: UsageReportStore, write: str) -> None:
    fault = refuse_requests("InternalServerError", 1, status=500)
    assert run_with_fault(store, fault, WRITES[write](store)) == (True, 2)
    assert stored_usage(store) == 7


@pytest.mark.parametrize("code", ["ThrottlingException", "TransactionConflictException"])
def test_an_update_that_was_refused_for_now_is_sent_again(store: UsageReportStore, code: str) -> None:
    assert run_with_fault(store, refuse_requests(code, 2), WRITES["update"](store)) == (True, 3)
    with pytest.raises(BusyError):
        run_with_fault(store, refuse_requests(code, MAX_ATTEMPTS), WRITES["update"](store))
    assert stored_usage(store) == 7


def test_an_update_that_is_throttled_after_a_lost_request_has_an_unknown_outcome(
    store: UsageReportStore,
) -> None:
    throttle = refuse_requests("ThrottlingException", MAX_ATTEMPTS)

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        return (lose_requests(1) if number == 1 else throttle)(number, send)

    assert run_with_fault(store, fault, WRITES["update"](store)) == (None, MAX_ATTEMPTS)


def test_a_first_attempt_that_arrives_late_finds_the_second(store: UsageReportStore) -> None:
    late: list[Callable[[], Any]] = []

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number == 1:
            late.append(send)
            return lose_requests(1)(1, send)
        return send()

    assert run_with_fault(store, fault, WRITES["update"](store)) == (True, 2)
    with pytest.raises(store.once.client.exceptions.ConditionalCheckFailedException):
        late[0]()
    assert stored_usage(store) == 7


@every_write
def test_a_write_to_a_counter_that_does_not_exist_is_refused(table: Table, write: str) -> None:
    store = UsageReportStore(table)
    second = next_version(next_version(new_counter_of_a_day(), SOON), SOON)
    writes: dict[str, Callable[[], bool]] = {
        **{name: WRITES[name](store) for name in ("update", "recorded")},
        "version": partial(store.save, second),
        "recorded version": partial(store.save, second, record_answer),
    }
    assert writes[write]() is False
    assert CounterStore(table).get(UsageKey("acme", "exports")) is None


NOT_CURRENT: dict[str, tuple[dict[str, Any], timedelta]] = {
    "an archived customer": ({"frozen": True}, timedelta()),
    "counted from events": ({"aggregation": Aggregation.SUM}, timedelta()),
    "ended": ({}, timedelta(days=1)),
    "not begun": ({}, timedelta(days=-1)),
    "changed in a later quarter of an hour": ({}, timedelta(minutes=-15)),
}


@pytest.mark.parametrize("what", NOT_CURRENT)
def test_a_counter_that_is_not_current_is_left_alone(store: UsageReportStore, what: str) -> None:
    changes, ahead = NOT_CURRENT[what]
    assert store.save(next_version(replace(stored_counter(store), **changes), MOMENT))
    assert store.apply(make_report(), MOMENT + ahead) is False
    assert store.apply(make_report(), MOMENT + ahead, add_writes=record_answer) is False
    assert stored_usage(store) == 0


def test_usage_from_before_a_reset_is_not_counted_after_it(store: UsageReportStore) -> None:
    (window,) = stored_counter(store).windows
    since = replace(window, since=MOMENT + timedelta(seconds=30))
    assert store.save(next_version(replace(stored_counter(store), windows=(since,)), MOMENT))
    assert store.apply(make_report(), MOMENT + timedelta(seconds=29)) is False
    assert store.apply(make_report(), MOMENT + timedelta(seconds=30)) is True


@pytest.mark.parametrize(("max_taken", "fits"), [(5, True), (4, False)])
@pytest.mark.parametrize("behaviour", Behaviour)
def test_used_and_reserved_usage_stay_below_the_ceiling(
    store: UsageReportStore, behaviour: Behaviour, max_taken: int, *, fits: bool
) -> None:
    """5 are reserved; a report with SET replaces what was used. The counter was settled in version 1."""
    assert store.apply(make_report(0, reserved=5), MOMENT)
    if behaviour is Behaviour.SET:
        assert store.apply(make_report(9), MOMENT)
    report = replace(make_report(2), behaviour=behaviour)
    assert store.apply(report, MOMENT, Ceiling(1, max_taken)) is fits
    assert store.apply(report, MOMENT, Ceiling(2, 100)) is False


def test_added_writes_are_written_with_the_report_or_nothing_is(store: UsageReportStore) -> None:
    reserve = partial(put_reservation, reservation=RESERVATION)
    settle = partial(delete_reservation, reservation=RESERVATION)
    assert store.apply(make_report(0, reserved=3), MOMENT, add_writes=reserve)
    assert store.apply(make_report(4, reserved=-3), MOMENT, add_writes=settle)
    with pytest.raises(ReservationNotFoundError):
        store.apply(make_report(4, reserved=-3), MOMENT, add_writes=settle)
    assert (stored_usage(store), stored_counter(store).held) == (4, 0)


def test_a_settled_reservation_has_an_unknown_outcome_if_others_have_reported_since(
    store: UsageReportStore,
) -> None:
    assert store.apply(
        make_report(0, reserved=3), SOON, add_writes=partial(put_reservation, reservation=RESERVATION)
    )
    settle = partial(delete_reservation, reservation=RESERVATION)
    write = partial(store.apply, make_report(4, reserved=-3), SOON, add_writes=settle)
    outcome, _ = run_with_fault(store, lose_api_answer(1, report_by_others(store, [])), write)
    assert (outcome, stored_usage(store), stored_counter(store).held) == (None, 5, 0)


def test_the_same_key_is_not_counted_again(store: UsageReportStore) -> None:
    assert store.apply(make_report(), SOON, add_writes=record_answer)
    for again in (
        partial(store.apply, make_report(), SOON, add_writes=record_answer),
        WRITES["recorded version"](store),
    ):
        with pytest.raises(AlreadyAnsweredError):
            again()
    assert stored_usage(store) == 7
