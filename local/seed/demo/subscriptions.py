"""Subscriptions of the demo customers: one in every status, and what can be pending or set by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local.seed.demo.api import Api, Json

ALL_STATUSES = "scheduled,incomplete,incomplete_expired,trialing,active,past_due,canceled,superseded"
NEVER_PAID = "obrien-daughters"
"""The customer of the subscription that expires: its time has to have passed, so no request makes it."""

_FREE = {"planIdentifier": "free", "chargePeriod": "ONE_TIME"}
_TRIAL = {"planIdentifier": "team", "chargePeriod": "MONTHLY"}
_MONTHLY = _TRIAL | {"trialEnd": "now"}
_YEARLY = {"planIdentifier": "team", "chargePeriod": "YEARLY"}
_ENTERPRISE = {"planIdentifier": "enterprise", "chargePeriod": "YEARLY"}


@dataclass(frozen=True, slots=True)
class Story:
    """What a customer subscribes to, and what happens to that subscription then: a path and a body each."""

    customer_id: str
    subscribes: Json
    then: tuple[tuple[str, Json], ...] = ()


STORIES = (
    Story("acme", _ENTERPRISE),
    Story("mueller-soehne", _TRIAL),
    Story("zoe", _MONTHLY | {"paymentBehavior": "activate_on_payment"}),
    Story("quote-unquote", _YEARLY, (("payment", {"outcome": "FAILED"}),)),
    Story("walk-in", _FREE, (("cancel", {"cancellationType": "IMMEDIATE"}),)),
    Story("jose-angel", _FREE, (("update", _YEARLY),)),
    Story("creme-brulee", _YEARLY, (("cancel", {"cancellationType": "CURRENT_PERIOD_ENDS"}),)),
    Story("senor-cafe", _MONTHLY, (("update", _YEARLY | {"effective": "PERIOD_END"}),)),
    Story("blabaer", _MONTHLY | {"features": [{"identifier": "seats", "quantity": 25}]}),
)
ADJUSTMENTS = (
    ("acme", "ai-tokens", {"type": "grant", "value": 5_000_000, "note": "With the renewal"}),
    ("blabaer", "audit-log", {"type": "override", "value": True, "note": "Until the audit is over"}),
)


def load_subscriptions(api: Api, progress: Callable[[int, int], None]) -> None:
    """Leaves alone the customers who have, or had, a subscription."""
    stories = (*STORIES, _starting_next_month())
    for done, story in enumerate(stories, start=1):
        if not has_subscriptions(api, story.customer_id):
            _tell(api, story)
        progress(done, len(stories))
    for customer_id, feature, adjustment in ADJUSTMENTS:
        api.put(f"/customers/{customer_id}/overrides/{feature}", adjustment)


def has_subscriptions(api: Api, customer_id: str) -> bool:
    page = api.get(f"/subscriptions?customer_id={customer_id}&status={ALL_STATUSES}")
    return bool(page["results"])


def _starting_next_month() -> Story:
    start = datetime.now(UTC) + timedelta(days=30)
    return Story("tokyo-data", _ENTERPRISE | {"startDate": f"{start:%Y-%m-%d}"})


def _tell(api: Api, story: Story) -> None:
    created = api.post("/subscriptions/create", story.subscribes | {"customerId": story.customer_id})
    for operation, body in story.then:
        api.post(f"/subscriptions/{created['id']}/{operation}", body)
