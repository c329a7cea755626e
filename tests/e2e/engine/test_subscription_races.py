"""What happens to subscriptions when many things happen at once: threads on the use cases, a real engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from parity.core.errors import BusyError, StaleVersionError, VersionConflictError
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.customers.rules.errors import CustomerHasLiveSubscriptionsError, CustomerIsArchivedError
from parity.customers.service.changes import CustomerToChange, archive_customer
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from parity.dynamodb.due_work import TurnReport
from parity.dynamodb.table import Table
from parity.entitlements.service.check import check
from parity.entitlements.service.recompute import RecomputeFailedError, next_snapshot, recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.store.counters import freeze_counters
from parity.subscriptions.api.jobs import advance_work
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules.errors import SubscriptionEndedError
from parity.subscriptions.rules.payment_reports import PaymentOutcome, PaymentReport
from parity.subscriptions.rules.subscriptions import Subscription, SubscriptionStatus
from parity.subscriptions.service.changes import (
    Cancellation,
    CancellationType,
    Effective,
    Update,
    cancel_subscription,
    report_payment,
    update_subscription,
)
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionTarget
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.builders.customers import store_customer
from tests.support.engines.processes import list_unexpected, run_at_once
from tests.support.fakes.jobs import do_all_due
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.slow

ROUNDS = 32
MONTH = timedelta(days=31)
LOST_RACES = (VersionConflictError, BusyError)
"""Outcomes that a caller may send again."""

Call = Callable[[], Any]


@pytest.fixture(autouse=True)
def sold_plans(table: Table) -> None:
    entitlements = (make_entitlement(), make_entitlement("seats", 5))
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"), gives=entitlements)
    sell_plan("team", make_price(amount="50.00"), gives=(make_entitlement(value=500),))


def create(customer_id: str, at: datetime | None = None, plan: str = "pro") -> Subscription:
    offer = Offer(plan=plan, charge_period=ChargePeriod.MONTHLY)
    draft = SubscriptionDraft(customer_id=customer_id, offer=offer)
    return create_subscription(subscription_stores(), draft, at or now())


def cancel(
    subscription_id: str,
    kind: CancellationType = CancellationType.IMMEDIATE,
    at: datetime | None = None,
) -> Subscription:
    target, cancellation = SubscriptionTarget(subscription_id), Cancellation(kind, None, {})
    return cancel_subscription(subscription_stores(), target, cancellation, at or now())


def update(
    subscription_id: str,
    plan: str = "pro",
    expected: frozenset[int] | None = None,
    effective: Effective = Effective.NOW,
    **quantities: int,
) -> Subscription:
    offer = Offer(plan=plan, charge_period=ChargePeriod.MONTHLY, quantities=quantities)
    target = SubscriptionTarget(subscription_id, expected)
    return update_subscription(subscription_stores(), target, Update(offer, effective), now())


def archive(customer_id: str) -> Customer:
    return archive_customer(
        customer_store(), subscription_store(), CustomerToChange(customer_id), now(), freeze_counters
    )


def advance(at: datetime) -> TurnReport:
    return do_all_due(advance_work(subscription_store()), at)


def list_subscriptions(customer_id: str) -> list[Subscription]:
    """With the records of replaced terms."""
    store = subscription_store()
    return [*store.of_customer(customer_id), *store.superseded_of_customer(customer_id)]


def is_canceled(subscription: Subscription) -> bool:
    stored = subscription_store().get(subscription.customer_id, subscription.id)
    return stored.status is SubscriptionStatus.CANCELED


def assert_consistent(table: Table) -> None:
    """Every counter is that of the live subscriptions, and the index of subscribers shows just those."""
    everything = scan_items(table)
    customers = {item["customerId"]: item for item in everything if item["SK"] == keys.PROFILE}
    found = [each for customer_id in customers for each in list_subscriptions(customer_id)]
    live = Counter(each.customer_id for each in found if each.is_live)
    assert {name: item["liveSubscriptions"] for name, item in customers.items()} == {
        name: live[name] for name in customers
    }
    archived = {name for name, item in customers.items() if item["customerStatus"] == CustomerStatus.ARCHIVED}
    assert not [name for name in archived if live[name]]
    ids = {each.id for each in found if each.is_live}
    assert {item["subscribersSK"] for item in everything if "subscribersSK" in item} == ids
    assert all(subscription_store().customer_of(each.id) == each.customer_id for each in found)


def test_a_customer_is_archived_or_subscribed_never_both(table: Table) -> None:
    for number in range(ROUNDS):
        customer_id = store_customer(f"Customer {number}").customer_id
        race: list[Call] = [partial(archive, customer_id), partial(create, customer_id)]
        outcomes = run_at_once(race if number % 2 else race[::-1])
        archived = customer_store().get(customer_id).is_archived
        subscribed = any(each.is_live for each in list_subscriptions(customer_id))
        assert archived is not subscribed
        assert list_unexpected(outcomes, CustomerIsArchivedError, CustomerHasLiveSubscriptionsError) == []
        assert any(isinstance(outcome, Customer) for outcome in outcomes) is archived
        assert any(isinstance(outcome, Subscription) for outcome in outcomes) is subscribed
    assert_consistent(table)


def test_archives_between_creates_and_cancels_leave_no_access_behind(table: Table) -> None:
    for number in range(8):
        customer_id = store_customer(f"Customer {number}").customer_id
        owned = [create(customer_id).id for _ in range(3)]
        cancels: list[Call] = [partial(cancel, each) for each in owned]
        others: list[Call] = [partial(archive, customer_id), partial(create, customer_id)] * 3
        outcomes = run_at_once([*cancels, *others])
        expected = (CustomerIsArchivedError, CustomerHasLiveSubscriptionsError, *LOST_RACES)
        assert list_unexpected(outcomes, *expected) == []
        recompute_until_done(customer_id)
        if customer_store().get(customer_id).is_archived:
            assert check(entitlement_store().read_for_check(customer_id, consistent=True), now()) == []
    assert_consistent(table)


def test_live_counters_are_exact_after_many_creates_cancels_and_advances(table: Table) -> None:
    customers = [store_customer(f"Customer {number}").customer_id for number in range(20)]
    long_ago = now() - 3 * MONTH
    old = [create(customer_id, long_ago) for customer_id in customers for _ in range(5)]
    ending = [cancel(each.id, CancellationType.CURRENT_PERIOD_ENDS, long_ago) for each in old[::2]]
    calls: list[Call] = [partial(create, customer_id) for customer_id in customers for _ in range(4)]
    calls += [partial(cancel, each.id) for each in old]
    calls += [partial(advance, now())] * 20
    random.Random(1).shuffle(calls)
    assert len(calls) == 200
    assert list_unexpected(run_at_once(calls), SubscriptionEndedError, *LOST_RACES) == []
    assert_consistent(table)
    advance(now())
    assert_consistent(table)
    assert [each for each in ending if not is_canceled(each)] == []


def test_two_runs_of_the_scheduled_function_at_once_move_each_subscription_once(table: Table) -> None:
    customers = [store_customer(f"Customer {number}").customer_id for number in range(20)]
    made = [create(customer_id) for customer_id in customers for _ in range(3)]
    changing = [update(each.id, "team", effective=Effective.PERIOD_END) for each in made[::3]]
    later = now() + 2 * MONTH
    assert list_unexpected(run_at_once([partial(advance, later)] * 2)) == []
    advance(later)
    assert advance(later) == TurnReport()
    found = [each for customer_id in customers for each in list_subscriptions(customer_id)]
    assert Counter(each.status for each in found) == {
        SubscriptionStatus.ACTIVE: len(made),
        SubscriptionStatus.SUPERSEDED: len(changing),
    }
    versions = {each.id: each.version for each in (*made, *changing)}
    active = [each for each in found if each.status is SubscriptionStatus.ACTIVE]
    assert {each.id: each.version for each in active} == {name: at + 1 for name, at in versions.items()}
    assert all(each.period_end and each.period_start <= later < each.period_end for each in active)
    assert_consistent(table)


def test_many_updates_of_one_subscription_are_each_made_or_refused(table: Table) -> None:
    store_customer("Acme")
    made = create("acme")
    outcomes = run_at_once([partial(update, made.id, seats=number) for number in range(10, 34)])
    changed = [each for each in outcomes if isinstance(each, Subscription)]
    assert list_unexpected(outcomes, *LOST_RACES) == []
    left = subscription_store().get("acme", made.id)
    assert left in changed
    assert sorted(each.version for each in changed) == list(range(2, 2 + len(changed)))
    replaced = [each for each in list_subscriptions("acme") if each.status is SubscriptionStatus.SUPERSEDED]
    bought = [each.terms.quantities.get("seats", 0) for each in (*replaced, left)]
    assert sorted(bought) == [0, *sorted(each.terms.quantities["seats"] for each in changed)]
    assert_consistent(table)


def test_one_of_many_updates_to_the_same_version_is_made(table: Table) -> None:
    store_customer("Acme")
    made = create("acme")
    first = frozenset({1})
    outcomes = run_at_once(
        [partial(update, made.id, expected=first, seats=number) for number in range(10, 26)]
    )
    (changed,) = [each for each in outcomes if isinstance(each, Subscription)]
    assert list_unexpected(outcomes, StaleVersionError, *LOST_RACES) == []
    assert subscription_store().get("acme", made.id) == changed


def test_one_of_many_cancellations_is_made(table: Table) -> None:
    store_customer("Acme")
    kept, made = create("acme"), create("acme")
    outcomes = run_at_once([partial(cancel, made.id)] * 16)
    assert sum(isinstance(outcome, Subscription) for outcome in outcomes) == 1
    assert list_unexpected(outcomes, SubscriptionEndedError, *LOST_RACES) == []
    assert [each.id for each in list_subscriptions("acme") if each.is_live] == [kept.id]
    assert_consistent(table)


def test_a_subscription_that_is_canceled_while_it_is_advanced_stays_canceled(table: Table) -> None:
    later = now() + 2 * MONTH
    for number in range(ROUNDS):
        made = create(store_customer(f"Customer {number}").customer_id)
        assert list_unexpected(run_at_once([partial(cancel, made.id), partial(advance, later)])) == []
        assert is_canceled(made)
    assert_consistent(table)


def recompute_until_done(customer_id: str) -> None:
    """Retry as the stream does."""
    while True:
        with suppress(RecomputeFailedError):
            recompute(entitlement_store(), customer_id, now())
            return


def change_and_recompute(customer_id: str, change: Call) -> None:
    try:
        change()
    finally:
        recompute_until_done(customer_id)


def test_a_recomputation_after_each_change_leads_to_the_right_snapshot(table: Table) -> None:
    """Whatever else changes meanwhile; some changes write the snapshot themselves."""
    for number in range(8):
        customer_id = store_customer(f"Customer {number}").customer_id
        owned = [create(customer_id).id for _ in range(4)]
        report = PaymentReport(outcome=PaymentOutcome.FAILED)
        failed = partial(report_payment, subscription_stores(), SubscriptionTarget(owned[3]), report)
        changes: list[Call] = [
            partial(cancel, owned[0]),
            partial(update, owned[1], seats=50),
            partial(update, owned[2], "team"),
            partial(failed, now()),
            partial(create, customer_id),
            partial(create, customer_id, plan="team"),
        ]
        outcomes = run_at_once([partial(change_and_recompute, customer_id, change) for change in changes])
        assert list_unexpected(outcomes, *LOST_RACES) == []
        holdings = entitlement_store().holdings(customer_id)
        assert next_snapshot(holdings, now()) is None


def cancel_and_check(made: Subscription) -> list[Any]:
    cancel(made.id)
    checks = [entitlement_store().read_for_check(made.customer_id, consistent=True) for _ in range(5)]
    return [entitlement for checked in checks for entitlement in check(checked, now())]


def test_access_that_was_taken_does_not_come_back_with_an_older_recomputation(table: Table) -> None:
    for number in range(ROUNDS):
        customer_id = store_customer(f"Customer {number}").customer_id
        made = create(customer_id)
        recomputations: list[Call] = [partial(recompute_until_done, customer_id)] * 3
        last: Call = partial(cancel_and_check, made)
        outcomes = run_at_once([*recomputations, last])
        assert list_unexpected(outcomes) == []
        assert outcomes[-1] == []
