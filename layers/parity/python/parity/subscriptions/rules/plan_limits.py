"""What a plan gives a customer only so often: live subscriptions, and its trial (docs/decisions/0045)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.subscriptions.rules.errors import AlreadySubscribedError
from parity.subscriptions.rules.subscriptions import advance_subscription

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.plans import Plan
    from parity.subscriptions.rules.subscriptions import Subscription


def require_room(
    plan: Plan, subscription: Subscription, all_of_customer: Iterable[Subscription], now: datetime
) -> None:
    """Checks that the customer may have one more live subscription to the plan: this one.

    A subscription that has the plan already, or a change to it to come, needs no room. Raises
    AlreadySubscribedError.
    """
    most = plan.max_per_customer
    if most is None:
        return
    present = [advance_subscription(each, now) for each in all_of_customer]
    taken = sorted(each.id for each in present if _has_plan(each, plan.identifier))
    if subscription.id not in taken and len(taken) >= most:
        raise AlreadySubscribedError(subscription.customer_id, plan.identifier, most, taken)


def has_had_trial(plan: str, all_of_customer: Iterable[Subscription], now: datetime) -> bool:
    """Whether one of the customer's subscriptions has, had or will have a trial of the plan."""
    present = (advance_subscription(each, now) for each in all_of_customer)
    return any(each.trial_plan == plan and not _ended_before_trial(each) for each in present)


def _ended_before_trial(subscription: Subscription) -> bool:
    """Whether it ended before its start, or without its first payment."""
    if subscription.is_live or not (subscription.trial_end and subscription.ends_on):
        return False
    waits_since = subscription.waiting_since
    was_paid = waits_since is None or waits_since >= subscription.trial_end
    return subscription.ends_on <= subscription.started_on or not was_paid


def _has_plan(subscription: Subscription, plan: str) -> bool:
    """Whether it is live and has the plan, or gets it with a pending or unpaid change."""
    unpaid = subscription.unpaid_change
    terms = (subscription.terms, subscription.change, unpaid and unpaid.terms)
    return subscription.is_live and any(each.plan == plan for each in terms if each)
