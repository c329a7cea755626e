"""Subscriptions as items, with their places in three indexes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parity.catalog.store.plan_json import (
    entitlement_from_json,
    entitlement_to_json,
    price_from_json,
    price_to_json,
)
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.actors import changed_by
from parity.dynamodb.items import from_json_text, pack_text, to_json_text, unpack_text
from parity.subscriptions.rules.payment_reports import Payment, PaymentOutcome, PaymentPurpose
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Terms,
    UnpaidChange,
    next_transition,
)
from parity.subscriptions.store import keys

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item

LISTS = {True: keys.SUBSCRIPTIONS, False: keys.ENDED_SUBSCRIPTIONS}
"""The list that a subscription is in, by whether it is live."""


def listing_position(subscription: Subscription) -> str:
    return shared_keys.listing_position(to_iso(subscription.created_on), subscription.id)


def subscription_to_item(subscription: Subscription) -> Item:
    unpaid = subscription.unpaid_change
    return {
        **_key(subscription),
        **_index_places(subscription),
        "id": subscription.id,
        "customerId": subscription.customer_id,
        "terms": _pack_terms(subscription.terms),
        "change": _pack_terms(subscription.change) if subscription.change else None,
        "unpaidChange": _pack_terms(unpaid.terms) if unpaid else None,
        "unpaidSince": to_iso(unpaid.since) if unpaid else None,
        "subscriptionStatus": subscription.status.value,
        "anchor": to_iso(subscription.anchor),
        "startedOn": to_iso(subscription.started_on),
        "periodStart": to_iso(subscription.period_start),
        "periodEnd": _iso(subscription.period_end),
        "trialEnd": _iso(subscription.trial_end),
        "trialPlan": subscription.trial_plan,
        "cancelOn": _iso(subscription.cancel_on),
        "cancelsAtPeriodEnd": subscription.cancels_at_period_end or None,
        "canceledOn": _iso(subscription.canceled_on),
        "cancellation": to_json_text(subscription.cancellation),
        "waitingSince": _iso(subscription.waiting_since),
        "payments": to_json_text(list(map(_payment_to_json, subscription.payments)) or None),
        "changedOn": _iso(subscription.changed_on),
        "version": subscription.version,
        **changed_by(),
        "createdOn": to_iso(subscription.created_on),
        "modifiedOn": to_iso(subscription.modified_on),
    }


def _key(subscription: Subscription) -> shared_keys.Key:
    """Replaced terms have a partition of their own (docs/decisions/0013)."""
    is_superseded = subscription.status is SubscriptionStatus.SUPERSEDED
    key = keys.superseded_terms if is_superseded else keys.subscription
    return key(subscription.customer_id, subscription.id)


def _index_places(subscription: Subscription) -> Item:
    """Its places in three indexes. Only a live one is a subscriber, and only a transition to come is due."""
    due_on = next_transition(subscription)
    live = subscription.is_live
    return {
        "listingPK": shared_keys.list_partition_of(LISTS[live], subscription.id),
        "listingSK": listing_position(subscription),
        "subscribersPK": _subscribers_partition(subscription) if live else None,
        "subscribersSK": subscription.id if live else None,
        "duePK": keys.due_partition(shared_keys.due_shard(subscription.id)) if due_on else None,
        "dueSK": shared_keys.due_position(to_iso(due_on), subscription.id) if due_on else None,
    }


def _subscribers_partition(subscription: Subscription) -> str:
    return keys.plan_subscribers(subscription.terms.plan, subscription.terms.plan_version)


def subscription_from_item(item: Item) -> Subscription:
    """Earlier items do not name the plan of the trial: it is the plan that they have."""
    terms = _unpack_terms(item["terms"])
    return Subscription(
        id=item["id"],
        customer_id=item["customerId"],
        terms=terms,
        change=_unpack_terms(item["change"]) if "change" in item else None,
        unpaid_change=_read_unpaid_change(item),
        status=SubscriptionStatus(item["subscriptionStatus"]),
        anchor=from_iso(item["anchor"]),
        started_on=from_iso(item["startedOn"]),
        period_start=from_iso(item["periodStart"]),
        period_end=_moment(item, "periodEnd"),
        trial_end=_moment(item, "trialEnd"),
        trial_plan=item.get("trialPlan", terms.plan) if "trialEnd" in item else None,
        **_read_cancel(item),
        canceled_on=_moment(item, "canceledOn"),
        cancellation=from_json_text(item.get("cancellation")),
        waiting_since=_moment(item, "waitingSince"),
        payments=tuple(map(_payment_from_json, from_json_text(item.get("payments")) or ())),
        changed_on=_moment(item, "changedOn"),
        version=item["version"],
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
    )


def _read_unpaid_change(item: Item) -> UnpaidChange | None:
    if "unpaidChange" not in item:
        return None
    return UnpaidChange(_unpack_terms(item["unpaidChange"]), from_iso(item["unpaidSince"]))


def _read_cancel(item: Item) -> dict[str, Any]:
    """A date, unless the item says that the date is the end of the period. Earlier items have dates only."""
    at_period_end = item.get("cancelsAtPeriodEnd", False)
    ends_on = None if at_period_end else _moment(item, "cancelOn")
    return {"cancels_at_period_end": at_period_end, "ends_on": ends_on}


def _payment_to_json(payment: Payment) -> list[str | None]:
    return [payment.outcome, to_iso(payment.occurred_on), payment.id, payment.purpose]


def _payment_from_json(value: list[Any]) -> Payment:
    outcome, occurred_on, payment_id, purpose = value
    return Payment(
        outcome=PaymentOutcome(outcome),
        occurred_on=from_iso(occurred_on),
        id=payment_id,
        purpose=PaymentPurpose(purpose) if purpose else None,
    )


def _iso(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None


def _moment(item: Item, name: str) -> datetime | None:
    return from_iso(item[name]) if name in item else None


def _pack_terms(terms: Terms) -> str | bytes:
    text = json.dumps(
        {
            "plan": terms.plan,
            "planVersion": terms.plan_version,
            "planName": terms.plan_name,
            "price": price_to_json(terms.price),
            "entitlements": [entitlement_to_json(entitlement) for entitlement in terms.entitlements],
            "quantities": dict(terms.quantities),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return pack_text(text)


@lru_cache(maxsize=128)
def _unpack_terms(packed: str | bytes) -> Terms:
    """A customer's subscriptions to one plan have the same terms, which are read once for all of them."""
    value: dict[str, Any] = json.loads(unpack_text(packed))
    return Terms(
        plan=value["plan"],
        plan_version=value["planVersion"],
        plan_name=value["planName"],
        price=price_from_json(value["price"]),
        entitlements=tuple(entitlement_from_json(entitlement) for entitlement in value["entitlements"]),
        quantities=value["quantities"],
    )
