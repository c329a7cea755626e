"""Creates and updates of one customer at once, to plans with a limit per customer, on a real engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from parity.catalog.service.plans import PlanToChange, edit_plan
from parity.catalog.store.plans import plan_store
from parity.core.errors import BusyError, VersionConflictError
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.dynamodb.table import Table
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules.errors import AlreadySubscribedError
from parity.subscriptions.rules.subscriptions import Subscription
from parity.subscriptions.service.changes import Effective, Update, update_subscription
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionTarget
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.builders.catalog import sell_plan
from tests.support.builders.customers import store_customer
from tests.support.engines.processes import list_unexpected, run_at_once

pytestmark = pytest.mark.slow

ROUNDS = 16
PRO = Offer(plan="pro", charge_period=ChargePeriod.MONTHLY)
TEAM = Offer(plan="team", charge_period=ChargePeriod.MONTHLY)

Call = Callable[[], Any]


@pytest.fixture(autouse=True)
def plans(table: Table) -> None:
    sell_plan("pro")
    sell_plan("team", gives=())
    edit_plan(plan_store(), PlanToChange("team", now()), lambda _: {"max_per_customer": 2})


def subscribe(customer_id: str, offer: Offer, *, awaits_payment: bool = False) -> Subscription:
    draft = SubscriptionDraft(customer_id=customer_id, offer=offer, awaits_payment=awaits_payment)
    return create_subscription(subscription_stores(), draft, now())


def test_a_plan_that_gives_nothing_is_held_as_often_as_it_allows_and_no_more() -> None:
    for number in range(ROUNDS):
        customer_id = store_customer(f"Customer {number}").customer_id
        held = [subscribe(customer_id, PRO).id for _ in range(3)]
        updates = [
            Update(TEAM),
            Update(TEAM, Effective.PERIOD_END),
            Update(TEAM, awaits_payment=True),
        ]
        calls: list[Call] = [
            partial(update_subscription, subscription_stores(), SubscriptionTarget(each), update, now())
            for each, update in zip(held, updates, strict=True)
        ]
        calls += [partial(subscribe, customer_id, TEAM, awaits_payment=awaits) for awaits in (False, True)]
        outcomes = run_at_once(calls)
        assert list_unexpected(outcomes, AlreadySubscribedError, BusyError, VersionConflictError) == []
        assert sum(isinstance(each, Subscription) for each in outcomes) == 2
        stored = subscription_store().of_customer(customer_id)
        terms = [
            (each.terms, each.change, each.unpaid_change and each.unpaid_change.terms) for each in stored
        ]
        assert sum(any(one and one.plan == "team" for one in each) for each in terms) == 2
