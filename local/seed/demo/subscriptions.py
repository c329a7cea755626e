"""Subscriptions of the demo customers: one in every status, pending changes, a grant and an override."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from local.seed.demo.api import Api, Json
from local.seed.demo.steps import Progress, run_steps

ALL_STATUSES = "scheduled,incomplete,incomplete_expired,trialing,active,past_due,canceled,superseded"
NEVER_PAID = "obrien-daughters"
"""The customer whose subscription expires. Its start is in the past, so no request can create it."""

_FREE = {"planIdentifier": "free", "chargePeriod": "ONE_TIME"}
_TRIAL = {"planIdentifier": "team", "chargePeriod": "MONTHLY"}
_MONTHLY = _TRIAL | {"trialEnd": "now"}
_YEARLY = {"planIdentifier": "team", "chargePeriod": "YEARLY"}
_ENTERPRISE = {"planIdentifier": "enterprise", "chargePeriod": "YEARLY"}


@dataclass(frozen=True, slots=True)
class DemoSubscription:
    """What a customer subscribes to, and the operations on the subscription: a path and a body each."""

    customer_id: str
    offer: Json
    operations: tuple[tuple[str, Json], ...] = ()


SUBSCRIPTIONS = (
    DemoSubscription("acme", _ENTERPRISE),
    DemoSubscription("mueller-soehne", _TRIAL),
    DemoSubscription("zoe", _MONTHLY | {"paymentBehavior": "activate_on_payment"}),
    DemoSubscription("quote-unquote", _YEARLY, (("payment", {"outcome": "FAILED"}),)),
    DemoSubscription("walk-in", _FREE, (("cancel", {"cancellationType": "IMMEDIATE"}),)),
    DemoSubscription("jose-angel", _FREE, (("update", _YEARLY),)),
    DemoSubscription("creme-brulee", _YEARLY, (("cancel", {"cancellationType": "CURRENT_PERIOD_ENDS"}),)),
    DemoSubscription("senor-cafe", _MONTHLY, (("update", _YEARLY | {"effective": "PERIOD_END"}),)),
    DemoSubscription("blabaer", _MONTHLY | {"features": [{"identifier": "seats", "quantity": 25}]}),
)
GRANT = {"featureId": "ai-tokens", "value": 5_000_000, "note": "With the renewal"}
OVERRIDE = {"value": True, "note": "Until the audit is over"}


def load_subscriptions(api: Api, progress: Progress) -> None:
    """Create the subscriptions of customers who have none, not even an ended one."""
    subscriptions = (*SUBSCRIPTIONS, _start_next_month())
    run_steps([partial(_create_subscription, api, subscription) for subscription in subscriptions], progress)
    api.put("/customers/blabaer/overrides/audit-log", OVERRIDE)
    if not api.get("/customers/acme/grants")["results"]:
        api.post("/customers/acme/grants", GRANT)


def has_subscriptions(api: Api, customer_id: str) -> bool:
    page = api.get(f"/subscriptions?customer_id={customer_id}&status={ALL_STATUSES}")
    return bool(page["results"])


def _start_next_month() -> DemoSubscription:
    start = datetime.now(UTC) + timedelta(days=30)
    return DemoSubscription("tokyo-data", _ENTERPRISE | {"startDate": f"{start:%Y-%m-%d}"})


def _create_subscription(api: Api, subscription: DemoSubscription) -> None:
    if has_subscriptions(api, subscription.customer_id):
        return
    body = subscription.offer | {"customerId": subscription.customer_id}
    created = api.post("/subscriptions/create", body)
    for operation, body in subscription.operations:
        api.post(f"/subscriptions/{created['id']}/{operation}", body)
