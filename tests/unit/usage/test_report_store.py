"""Reported usage whose answers get lost: counted once, or the caller is told that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from moto import mock_aws

from parity.aws.clients import new_client
from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.errors import BusyError, OutcomeUnknownError
from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import Transaction
from parity.metering.rules.counters import UsageCounter, new_counter, next_version
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import CounterStore
from parity.usage.rules.errors import ReservationNotFoundError
from parity.usage.rules.reports import Behaviour, Report, apply_usage
from parity.usage.rules.reservations import Reservation
from parity.usage.store.counter_updates import MAX_ATTEMPTS, Ceiling
from parity.usage.store.reports import UsageReportStore
from parity.usage.store.reservations import delete_reservation, put_reservation
from tests.support.builders.moments import MOMENT
from tests.support.fakes.clients import remove_pauses
from tests.support.fakes.moto_faults import Fault, lose_api_answer, lose_requests, refuse_requests
from tests.support.fakes.tables import read_table_definition

SOON = MOMENT + timedelta(minutes=5)
RECORD = AnswerRecord("key-1", "print", Answer(200, {}, "{}"))
HELD = Reservation(
    number="1", customer_id="acme", feature="exports", amount=3, created_on=MOMENT, expires_on=SOON
)


@pytest.fixture(scope="module")
def client() -> Any:  # noqa: ANN401 - botocore makes clients at run time
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        return new_client("dynamodb", attempts=1)


@pytest.fixture
def table(client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:  # noqa: ANN401
    remove_pauses(monkeypatch)
    with mock_aws():
        client.create_table(**read_table_definition("usage"))
        yield Table(client, "usage")


def fresh() -> UsageCounter:
    return new_counter(UsageKey("acme", "exports"), Aggregation.CHANGE, ["EVERY_DAY"], MOMENT)


@pytest.fixture
def store(table: Table) -> UsageReportStore:
    store = UsageReportStore(table)
    assert store.save(next_version(fresh(), MOMENT))
    return store


def counter(store: UsageReportStore) -> UsageCounter:
    found = CounterStore(store.once).get(UsageKey("acme", "exports"))
    assert found is not None
    return found


def used(store: UsageReportStore) -> int:
    return int(counter(store).windows[0].used)


def delta(value: int = 7, reserved: int = 0) -> Report:
    return Report(
        customer_id="acme", feature="exports", behaviour=Behaviour.DELTA, value=value, reserved=reserved
    )


def add_writes(transaction: Transaction) -> None:
    keep_answer(transaction, RECORD)


def next_counter(store: UsageReportStore, value: int = 7) -> UsageCounter:
    """The next version of the counter."""
    return next_version(apply_usage(counter(store), Behaviour.DELTA, value), SOON)


WRITES: dict[str, Callable[[UsageReportStore], Callable[[], bool]]] = {
    "update": lambda store: partial(store.apply, delta(), SOON),
    "recorded": lambda store: partial(store.apply, delta(), SOON, add_writes=add_writes),
    "version": lambda store: partial(store.save, next_counter(store)),
    "recorded version": lambda store: partial(store.save, next_counter(store), add_writes),
}
RECORDED = [name for name in WRITES if "recorded" in name]
UNRECORDED = [name for name in WRITES if "recorded" not in name]

every_write = pytest.mark.parametrize("write", WRITES)


def faulty(store: UsageReportStore, fault: Fault, write: Callable[[], bool]) -> tuple[bool | None, int]:
    """What the write says, None if it does not know, and how many requests it took."""
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
    assert faulty(store, lose_api_answer(1), WRITES[write](store)) == (True, 2)
    assert used(store) == 7


@every_write
def test_a_request_that_gets_lost_is_sent_again(store: UsageReportStore, write: str) -> None:
    assert faulty(store, lose_requests(1), WRITES[write](store)) == (True, 2)
    assert used(store) == 7


def others_report(store: UsageReportStore, happened: list[int]) -> Callable[[], object]:
    """Somebody else reports 1, over a way without faults."""
    call_api = store.once.client._make_api_call  # type: ignore[attr-defined]

    def report() -> None:
        happened.append(1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store.once.client, "_make_api_call", call_api)
            assert UsageReportStore(store.once).apply(delta(1), SOON)

    return report


@pytest.mark.parametrize("write", UNRECORDED)
def test_where_others_have_counted_since_nobody_knows(store: UsageReportStore, write: str) -> None:
    happened: list[int] = []
    meanwhile = others_report(store, happened)
    told, _ = faulty(store, lose_api_answer(1, meanwhile), WRITES[write](store))
    assert (told, used(store), happened) == (None, 8, [1])


@pytest.mark.parametrize("write", UNRECORDED)
def test_a_lost_request_is_in_doubt_once_others_have_counted(store: UsageReportStore, write: str) -> None:
    meanwhile = others_report(store, [])
    told, _ = faulty(store, lose_requests(1, meanwhile=meanwhile), WRITES[write](store))
    assert (told, used(store)) == (None, 1)


@pytest.mark.parametrize("write", RECORDED)
def test_a_key_tells_what_others_hide(store: UsageReportStore, write: str) -> None:
    meanwhile = others_report(store, [])
    told, _ = faulty(store, lose_api_answer(1, meanwhile), WRITES[write](store))
    assert (told, used(store)) == (True, 8)


@every_write
def test_a_request_that_never_gets_through_is_in_doubt(store: UsageReportStore, write: str) -> None:
    told, requests = faulty(store, lose_requests(1, MAX_ATTEMPTS), WRITES[write](store))
    assert (told, requests, used(store)) == (None, MAX_ATTEMPTS, 0)


@every_write
def test_an_error_of_the_server_may_have_had_an_effect(store: UsageReportStore, write: str) -> None:
    fault = refuse_requests("InternalServerError", 1, status=500)
    assert faulty(store, fault, WRITES[write](store)) == (True, 2)
    assert used(store) == 7


@pytest.mark.parametrize("code", ["ThrottlingException", "TransactionConflictException"])
def test_an_update_that_was_refused_for_now_is_sent_again(store: UsageReportStore, code: str) -> None:
    assert faulty(store, refuse_requests(code, 2), WRITES["update"](store)) == (True, 3)
    with pytest.raises(BusyError):
        faulty(store, refuse_requests(code, MAX_ATTEMPTS), WRITES["update"](store))
    assert used(store) == 7


def test_a_first_attempt_that_comes_late_finds_the_second(store: UsageReportStore) -> None:
    late: list[Callable[[], Any]] = []

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number == 1:
            late.append(send)
            return lose_requests(1)(1, send)
        return send()

    assert faulty(store, fault, WRITES["update"](store)) == (True, 2)
    with pytest.raises(store.once.client.exceptions.ConditionalCheckFailedException):
        late[0]()
    assert used(store) == 7


@every_write
def test_a_counter_that_is_not_there_is_told(table: Table, write: str) -> None:
    store = UsageReportStore(table)
    second = next_version(next_version(fresh(), SOON), SOON)
    writes: dict[str, Callable[[], bool]] = {
        **{name: WRITES[name](store) for name in ("update", "recorded")},
        "version": partial(store.save, second),
        "recorded version": partial(store.save, second, add_writes),
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
def test_a_counter_that_is_not_as_it_has_to_be_is_left_alone(store: UsageReportStore, what: str) -> None:
    changes, ahead = NOT_CURRENT[what]
    assert store.save(next_version(replace(counter(store), **changes), MOMENT))
    assert store.apply(delta(), MOMENT + ahead) is False
    assert store.apply(delta(), MOMENT + ahead, add_writes=add_writes) is False
    assert used(store) == 0


def test_usage_from_before_a_reset_is_not_counted_after_it(store: UsageReportStore) -> None:
    (window,) = counter(store).windows
    since = replace(window, since=MOMENT + timedelta(seconds=30))
    assert store.save(next_version(replace(counter(store), windows=(since,)), MOMENT))
    assert store.apply(delta(), MOMENT + timedelta(seconds=29)) is False
    assert store.apply(delta(), MOMENT + timedelta(seconds=30)) is True


@pytest.mark.parametrize(("room", "fits"), [(5, True), (4, False)])
@pytest.mark.parametrize("behaviour", Behaviour)
def test_room_is_for_what_is_taken(
    store: UsageReportStore, behaviour: Behaviour, room: int, *, fits: bool
) -> None:
    """5 are held; what is set replaces what was used."""
    assert store.apply(delta(0, reserved=5), MOMENT)
    if behaviour is Behaviour.SET:
        assert store.apply(delta(9), MOMENT)
    report = replace(delta(2), behaviour=behaviour)
    assert store.apply(report, MOMENT, Ceiling("EVERY_DAY", room)) is fits
    assert store.apply(report, MOMENT, Ceiling("NEVER", 100)) is False


def test_what_is_beside_it_is_written_or_nothing_is(store: UsageReportStore) -> None:
    hold = partial(put_reservation, reservation=HELD)
    settle = partial(delete_reservation, reservation=HELD)
    assert store.apply(delta(0, reserved=3), MOMENT, add_writes=hold)
    assert store.apply(delta(4, reserved=-3), MOMENT, add_writes=settle)
    with pytest.raises(ReservationNotFoundError):
        store.apply(delta(4, reserved=-3), MOMENT, add_writes=settle)
    assert (used(store), counter(store).held) == (4, 0)


def test_a_settled_reservation_is_in_doubt_once_others_have_counted(store: UsageReportStore) -> None:
    assert store.apply(delta(0, reserved=3), SOON, add_writes=partial(put_reservation, reservation=HELD))
    settle = partial(delete_reservation, reservation=HELD)
    write = partial(store.apply, delta(4, reserved=-3), SOON, add_writes=settle)
    told, _ = faulty(store, lose_api_answer(1, others_report(store, [])), write)
    assert (told, used(store), counter(store).held) == (None, 5, 0)


def test_the_same_key_is_not_counted_again(store: UsageReportStore) -> None:
    assert store.apply(delta(), SOON, add_writes=add_writes)
    for again in (
        partial(store.apply, delta(), SOON, add_writes=add_writes),
        WRITES["recorded version"](store),
    ):
        with pytest.raises(AlreadyAnsweredError):
            again()
    assert used(store) == 7
