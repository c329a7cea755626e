"""Usage that many report at once: threads on the use cases, a real engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, new_feature
from parity.catalog.rules.plans import PlanEntitlement
from parity.catalog.store.features import feature_store
from parity.core.errors import BusyError
from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.core.periods import Reset
from parity.core.times import now
from parity.customers.rules.errors import CustomerIsArchivedError
from parity.customers.service.changes import CustomerToChange, archive_customer
from parity.customers.store.customers import customer_store
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import Table
from parity.entitlements.store import keys
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store, freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store
from parity.usage.api.jobs import release_work
from parity.usage.api.report_stores import report_stores, setup_stores
from parity.usage.rules.errors import ReservationNotFoundError, UsageLimitExceededError
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.rules.reservations import Reservation
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
from tests.support.fakes.jobs import do_all_due

pytestmark = pytest.mark.slow

REPORTERS = 64
MOMENT = datetime(2026, 3, 15, 12, tzinfo=START.tzinfo)
LIMIT = 50

Call = Callable[[], Any]


def make_limit(value: int = LIMIT, reset: Reset = Reset.EVERY_MONTH) -> PlanEntitlement:
    return make_entitlement(value=value, hard_limit=True, reset=reset)


@pytest.fixture
def acme(table: Table) -> str:
    """Entitled to LIMIT a month."""
    draft = FeatureDraft(name="Exports", feature_type=FeatureType.METER)
    feature_store().create(new_feature(draft, id="f-1", identifier="exports", now=START))
    sell_plan("pro", gives=(make_limit(),))
    customer_id = store_customer("Acme").customer_id
    subscribe_at(START)
    return customer_id


def make_request(value: int = 1, at: datetime = MOMENT, **more: Any) -> CountRequest:  # noqa: ANN401
    behaviour = more.pop("behaviour", Behaviour.DELTA)
    report = Report(customer_id="acme", feature="exports", behaviour=behaviour, value=value)
    return CountRequest(report=report, at=at, **more)


def repeat_report(request: CountRequest, times: int = REPORTERS) -> list[Call]:
    return [partial(count_report, report_stores(), request)] * times


def count_successes(outcomes: list[Any], *expected: type[Exception]) -> int:
    """How many calls succeeded, after a check that the others failed as expected."""
    assert [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, expected)] == []
    return sum(not isinstance(each, Exception) for each in outcomes)


def load_counter(table: Table) -> UsageCounter:
    """The stored counter, after a check that it agrees with itself and with the reservations."""
    key = keys.usage_counter("acme", "exports")
    item, found = table.get(key), counter_store().get(UsageKey("acme", "exports"))
    assert item is not None
    assert found is not None
    assert item["taken"] == item["used"] + item["held"]
    assert found.held == sum(each.amount for each in reservation_store().list_of_customer("acme"))
    return found


def list_used(table: Table) -> list[int]:
    return [int(window.used) for window in load_counter(table).windows]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("start", ["first", "usual"])
def test_reports_at_once_add_up(table: Table, start: str) -> None:
    before = 0
    if start == "usual":
        count_report(report_stores(), make_request(before := 1000))
    assert count_successes(run_at_once(repeat_report(make_request(3)))) == REPORTERS
    assert list_used(table) == [before + 3 * REPORTERS]


@pytest.mark.usefixtures("acme")
def test_reports_at_once_add_up_while_a_window_turns(table: Table) -> None:
    count_report(report_stores(), make_request(7))
    april = MOMENT + timedelta(days=17)
    end_of_march = datetime(2026, 3, 31, 23, 59, 59, 999_999, MOMENT.tzinfo)
    before = repeat_report(make_request(at=end_of_march), REPORTERS // 2)
    outcomes = run_at_once([*before, *repeat_report(make_request(at=april), REPORTERS // 2)])
    assert count_successes(outcomes) == REPORTERS
    found = load_counter(table)
    assert found.total == 7 + REPORTERS
    assert REPORTERS // 2 <= int(found.windows[0].used) <= REPORTERS


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("before", [None, 5, 20])
def test_three_levels_are_used_up_and_never_passed(table: Table, before: int | None) -> None:
    """LIMIT a month, 7 a day, and 3 once."""
    for plan, value, reset in (("daily", 7, Reset.EVERY_DAY), ("once", 3, Reset.NEVER)):
        sell_plan(plan, gives=(make_limit(value, reset),))
        subscribe_at(START, plan)
    if before is not None:
        count_report(report_stores(), make_request(before, behaviour=Behaviour.SET))
    outcomes = run_at_once(repeat_report(make_request(enforce=True)))
    assert count_successes(outcomes, UsageLimitExceededError) == LIMIT + 10 - (before or 0)
    assert list_used(table) == [LIMIT + 10, 0, 0]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("before", [None, 0, 20])
def test_a_hard_limit_is_reached_and_never_passed(table: Table, before: int | None) -> None:
    if before is not None:
        count_report(report_stores(), make_request(before, behaviour=Behaviour.SET))
    outcomes = run_at_once(repeat_report(make_request(enforce=True)))
    assert count_successes(outcomes, UsageLimitExceededError) == LIMIT - (before or 0)
    assert list_used(table) == [LIMIT]


@pytest.mark.usefixtures("acme")
def test_a_hard_limit_holds_while_its_window_turns(table: Table) -> None:
    count_report(report_stores(), make_request(LIMIT))
    outcomes = run_at_once(repeat_report(make_request(at=MOMENT + timedelta(days=17), enforce=True)))
    assert count_successes(outcomes, UsageLimitExceededError) == LIMIT
    assert list_used(table) == [LIMIT]


@pytest.mark.usefixtures("acme")
def test_reports_of_two_levels_are_each_counted_or_refused(table: Table) -> None:
    sell_plan("daily", gives=(make_limit(10, Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    ones = run_at_once(repeat_report(make_request(), 16))
    fives = run_at_once(repeat_report(make_request(5, enforce=True), 16))
    total = count_successes(ones, BusyError) + 5 * count_successes(fives, BusyError, UsageLimitExceededError)
    assert total > 16
    assert list_used(table) == [total, 0]
    assert total <= LIMIT + 10


@pytest.mark.usefixtures("acme")
def test_one_idempotency_key_counts_once_however_many_send_it(table: Table) -> None:
    record = AnswerRecord("key-1", "print", Answer(200, {}, "{}"))
    outcomes = run_at_once(repeat_report(make_request(add_writes=partial(keep_answer, record=record)), 16))
    assert count_successes(outcomes, AlreadyAnsweredError) == 1
    assert list_used(table) == [1]


def make_reservation(amount: int = 1, lifetime: timedelta = timedelta(minutes=10)) -> Reservation:
    draft = ReservationDraft(customer_id="acme", feature="exports", amount=amount, lifetime=lifetime)
    return reserve_usage(report_stores(), feature_store(), draft, MOMENT, lambda _: None)


def confirm(reservation: Reservation, value: int | None = None) -> Reservation:
    return confirm_reservation(report_stores(), reservation, value, MOMENT, lambda _: None)


def release(reservation: Reservation) -> Reservation:
    return release_reservation(reservation_store(), reservation, lambda _: None)


@pytest.mark.usefixtures("acme")
def test_reports_and_reservations_share_the_limit(table: Table) -> None:
    race: list[Call] = [*repeat_report(make_request(enforce=True), 32), *[make_reservation] * 32]
    assert count_successes(run_at_once(race), UsageLimitExceededError) == LIMIT
    found = load_counter(table)
    assert int(found.windows[0].used) + found.held == LIMIT


@pytest.mark.usefixtures("acme")
def test_a_reservation_ends_once_however_many_end_it(table: Table) -> None:
    made = [make_reservation(5) for _ in range(8)]
    race: list[Call] = [partial(end, each) for each in made for end in (confirm, release) * 3]
    outcomes = run_at_once(race)
    assert count_successes(outcomes, ReservationNotFoundError) == len(made)
    ended = [each for each in outcomes if isinstance(each, Reservation)]
    assert {each.id for each in ended} == {each.id for each in made}
    assert list_used(table) == [sum(each.used or 0 for each in ended)]
    assert load_counter(table).held == 0


def reserve_and_end(number: int) -> int:
    """How much of the reservation was used."""
    reservation = make_reservation(3, timedelta(seconds=1))
    match number % 4:
        case 0:
            return confirm(reservation, number).used or 0
        case 1:
            return release(reservation).used or 0
        case 2:
            do_all_due(release_work(reservation_store()), MOMENT)
    return 0


@pytest.mark.usefixtures("acme")
def test_a_storm_of_reservations_leaves_nothing_behind(table: Table) -> None:
    """Others report meanwhile; the sweep ends the reservations that nobody ended."""
    race: list[Call] = [partial(reserve_and_end, number) for number in range(32)]
    outcomes = run_at_once([*race, *repeat_report(make_request(), 16)])
    count_successes(outcomes, UsageLimitExceededError)
    later = MOMENT + timedelta(minutes=1)
    load_counter(table)
    do_all_due(release_work(reservation_store()), later)
    assert load_counter(table).held == 0
    ended = [each for each in outcomes if isinstance(each, int)]
    assert list_used(table) == [16 + sum(ended)]


@pytest.mark.usefixtures("acme")
def test_nothing_is_lost_between_resets(table: Table) -> None:
    reset_request = ResetRequest("acme", "exports", None)
    resets: list[Call] = [partial(reset_usage, setup_stores(), reset_request, MOMENT, lambda _: None)] * 4
    count_report(report_stores(), make_request())
    outcomes = run_at_once([*repeat_report(make_request(), 32), *resets])
    assert count_successes(outcomes, BusyError) >= 32
    assert load_counter(table).total == 1 + 32


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
    done = count_successes(outcomes, CustomerIsArchivedError)
    with pytest.raises(CustomerIsArchivedError):
        count_report(report_stores(), one)
    found = counter_store().get(UsageKey(outsider, "exports"))
    assert found is not None
    assert (found.total, found.frozen) == (1 + done, True)
