"""Usage that many report at once: threads on the use cases, a real engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from parity.catalog.rules.features import FeatureDraft, FeatureType, new_feature
from parity.catalog.rules.plans import PlanEntitlement
from parity.catalog.store.features import feature_store
from parity.core.errors import BusyError
from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.core.periods import Reset
from parity.core.times import now
from parity.customers.rules.errors import CustomerIsArchivedError
from parity.customers.service.changes import CustomerToChange, archive_customer
from parity.customers.store.customers import customer_store
from parity.dynamodb import keys
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import Table
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store, freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store
from parity.usage.api.report_stores import report_stores, setup_stores
from parity.usage.rules.errors import ReservationNotFoundError, UsageLimitExceededError
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.rules.reservations import Reservation
from parity.usage.service.expired_reservations import release_expired
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report
from parity.usage.service.reservations import (
    ReservationDraft,
    confirm_reservation,
    release_reservation,
    reserve_usage,
)
from parity.usage.service.resets import ResetRequest, reset_usage
from parity.usage.store.reservations import reservation_store
from tests.support.builders.catalog import make_entitlement, sell_plan
from tests.support.builders.customers import store_customer
from tests.support.builders.moments import START
from tests.support.builders.subscriptions import subscribe_at
from tests.support.engines.processes import run_at_once

pytestmark = pytest.mark.slow

REPORTERS = 64
MOMENT = datetime(2026, 3, 15, 12, tzinfo=START.tzinfo)
LIMIT = 50

Call = Callable[[], Any]


def limited(value: int = LIMIT, reset: Reset = Reset.EVERY_MONTH) -> PlanEntitlement:
    return make_entitlement(value=value, hard_limit=True, reset=reset)


@pytest.fixture
def acme(table: Table) -> str:
    """Entitled to LIMIT a month."""
    draft = FeatureDraft(name="Exports", feature_type=FeatureType.METER)
    feature_store().create(new_feature(draft, id="f-1", identifier="exports", now=START))
    sell_plan("pro", gives=(limited(),))
    customer_id = store_customer("Acme").customer_id
    subscribe_at(START)
    return customer_id


def request(value: int = 1, at: datetime = MOMENT, **more: Any) -> CountRequest:  # noqa: ANN401
    behaviour = more.pop("behaviour", Behaviour.DELTA)
    report = Report(customer_id="acme", feature="exports", behaviour=behaviour, value=value)
    return CountRequest(report=report, at=at, **more)


def reports(request: CountRequest, times: int = REPORTERS) -> list[Call]:
    return [partial(count_report, report_stores(), request)] * times


def counted(outcomes: list[Any], *expected: type[Exception]) -> int:
    """How many were counted, after a check that the others were refused for a reason."""
    assert [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, expected)] == []
    return sum(not isinstance(each, Exception) for each in outcomes)


def counter(table: Table) -> UsageCounter:
    """As it is stored, after a check that it is consistent in itself and with the reservations."""
    key = keys.usage_counter("acme", "exports")
    item, found = table.get(key), counter_store().get(UsageKey("acme", "exports"))
    assert item is not None
    assert found is not None
    assert item["taken"] == item["used"] + item["held"]
    assert found.held == sum(each.amount for each in reservation_store().list_of_customer("acme"))
    return found


def used(table: Table) -> list[int]:
    return [int(window.used) for window in counter(table).windows]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("start", ["first", "usual"])
def test_what_64_report_is_their_sum(table: Table, start: str) -> None:
    before = 0
    if start == "usual":
        count_report(report_stores(), request(before := 1000))
    assert counted(run_at_once(reports(request(3)))) == REPORTERS
    assert used(table) == [before + 3 * REPORTERS]


@pytest.mark.usefixtures("acme")
def test_what_many_report_while_a_window_turns_is_their_sum(table: Table) -> None:
    count_report(report_stores(), request(7))
    april = MOMENT + timedelta(days=17)
    before = reports(request(at=datetime(2026, 3, 31, 23, 59, 59, 999_999, MOMENT.tzinfo)), REPORTERS // 2)
    outcomes = run_at_once([*before, *reports(request(at=april), REPORTERS // 2)])
    assert counted(outcomes) == REPORTERS
    found = counter(table)
    assert found.total == 7 + REPORTERS
    assert REPORTERS // 2 <= int(found.windows[0].used) <= REPORTERS


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("before", [None, 0, 20])
def test_a_hard_limit_is_reached_and_never_passed(table: Table, before: int | None) -> None:
    if before is not None:
        count_report(report_stores(), request(before, behaviour=Behaviour.SET))
    outcomes = run_at_once(reports(request(enforce=True)))
    assert counted(outcomes, UsageLimitExceededError) == LIMIT - (before or 0)
    assert used(table) == [LIMIT]


@pytest.mark.usefixtures("acme")
def test_a_hard_limit_holds_while_its_window_turns(table: Table) -> None:
    count_report(report_stores(), request(LIMIT))
    outcomes = run_at_once(reports(request(at=MOMENT + timedelta(days=17), enforce=True)))
    assert counted(outcomes, UsageLimitExceededError) == LIMIT
    assert used(table) == [LIMIT]


@pytest.mark.usefixtures("acme")
def test_reports_of_several_windows_are_each_counted_or_refused(table: Table) -> None:
    sell_plan("daily", gives=(limited(10, Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    counted_ones = counted(run_at_once(reports(request(), 16)), BusyError)
    counted_ones += (
        counted(run_at_once(reports(request(5, enforce=True), 16)), BusyError, UsageLimitExceededError) * 5
    )
    assert counted_ones > 16
    assert used(table) == [counted_ones, counted_ones]
    assert counted_ones <= LIMIT


@pytest.mark.usefixtures("acme")
def test_one_key_counts_once_however_many_send_it(table: Table) -> None:
    record = AnswerRecord("key-1", "print", Answer(200, {}, "{}"))
    outcomes = run_at_once(reports(request(add_writes=partial(keep_answer, record=record)), 16))
    assert counted(outcomes, AlreadyAnsweredError) == 1
    assert used(table) == [1]


def reserved(amount: int = 1, lifetime: timedelta = timedelta(minutes=10)) -> Reservation:
    draft = ReservationDraft(customer_id="acme", feature="exports", amount=amount, lifetime=lifetime)
    return reserve_usage(report_stores(), feature_store(), draft, MOMENT, lambda _: None)


def confirmed(reservation: Reservation, value: int | None = None) -> Reservation:
    return confirm_reservation(report_stores(), reservation, value, MOMENT, lambda _: None)


def released(reservation: Reservation) -> Reservation:
    return release_reservation(reservation_store(), reservation, lambda _: None)


@pytest.mark.usefixtures("acme")
def test_reports_and_reservations_share_the_limit(table: Table) -> None:
    race: list[Call] = [*reports(request(enforce=True), 32), *[reserved] * 32]
    assert counted(run_at_once(race), UsageLimitExceededError) == LIMIT
    found = counter(table)
    assert int(found.windows[0].used) + found.held == LIMIT


@pytest.mark.usefixtures("acme")
def test_a_reservation_ends_once_however_many_end_it(table: Table) -> None:
    made = [reserved(5) for _ in range(8)]
    race: list[Call] = [partial(end, each) for each in made for end in (confirmed, released) * 3]
    outcomes = run_at_once(race)
    assert counted(outcomes, ReservationNotFoundError) == len(made)
    ended = [each for each in outcomes if isinstance(each, Reservation)]
    assert {each.id for each in ended} == {each.id for each in made}
    assert used(table) == [sum(each.used or 0 for each in ended)]
    assert counter(table).held == 0


def reserved_and_ended(number: int) -> int:
    """How much of it was used."""
    reservation = reserved(3, timedelta(seconds=1))
    match number % 4:
        case 0:
            return confirmed(reservation, number).used or 0
        case 1:
            return released(reservation).used or 0
        case 2:
            release_expired(reservation_store(), MOMENT, lambda: False, lambda *_: None)
    return 0


@pytest.mark.usefixtures("acme")
def test_a_storm_of_reservations_leaves_nothing_behind(table: Table) -> None:
    """While others report, too; those that nobody ended are swept in the end."""
    race: list[Call] = [partial(reserved_and_ended, number) for number in range(32)]
    outcomes = run_at_once([*race, *reports(request(), 16)])
    counted(outcomes, UsageLimitExceededError)
    later = MOMENT + timedelta(minutes=1)
    counter(table)
    release_expired(reservation_store(), later, lambda: False, lambda *_: None)
    assert counter(table).held == 0
    ended = [each for each in outcomes if isinstance(each, int)]
    assert used(table) == [16 + sum(ended)]


@pytest.mark.usefixtures("acme")
def test_nothing_is_lost_between_resets(table: Table) -> None:
    reset_request = ResetRequest("acme", "exports", None)
    resets: list[Call] = [partial(reset_usage, setup_stores(), reset_request, MOMENT, lambda _: None)] * 4
    count_report(report_stores(), request())
    outcomes = run_at_once([*reports(request(), 32), *resets])
    assert counted(outcomes, BusyError) >= 32
    assert counter(table).total == 1 + 32


@pytest.mark.usefixtures("acme")
def test_after_an_archive_nothing_is_counted() -> None:
    outsider = store_customer("Zeta").customer_id
    of_outsider = Report(customer_id=outsider, feature="exports", behaviour=Behaviour.DELTA, value=1)
    one = CountRequest(report=of_outsider, at=MOMENT)
    count_report(report_stores(), one)
    archive: Call = partial(
        archive_customer,
        customer_store(),
        subscription_store(),
        CustomerToChange(outsider),
        now(),
        freeze_counters,
    )
    race: list[Call] = [*[partial(count_report, report_stores(), one)] * 16, archive]
    *outcomes, _ = run_at_once(race)
    done = counted(outcomes, CustomerIsArchivedError)
    with pytest.raises(CustomerIsArchivedError):
        count_report(report_stores(), one)
    found = counter_store().get(UsageKey(outsider, "exports"))
    assert found is not None
    assert (found.total, found.frozen) == (1 + done, True)
