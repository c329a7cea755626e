"""Subscriptions, what they are to, and what follows from them, as tests write them down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from parity.catalog.rules.plans import PlanEntitlement, Price, PriceType
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules import changes
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Terms,
    advance_subscription,
)
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.transitions import advance_one
from parity.subscriptions.store.subscriptions import SubscriptionPlace, subscription_store
from tests.support.answers import answer
from tests.support.builders.catalog import given, price, sell
from tests.support.builders.customers import created
from tests.support.builders.moments import DAY, START
from tests.support.fakes.functions import Reply, call


def terms(
    *entitlements: PlanEntitlement,
    period: ChargePeriod = ChargePeriod.MONTHLY,
    plan: str = "pro",
    quantities: Mapping[str, int] | None = None,
    trial_days: int = 0,
) -> Terms:
    return Terms(
        plan=plan,
        plan_version=1,
        plan_name=plan.title(),
        price=Price(charge_period=period, price_type=PriceType.PAID, amount="20.00", trial_days=trial_days),
        entitlements=entitlements,
        quantities=quantities or {},
    )


def subscription(
    *entitlements: PlanEntitlement,
    start: datetime = START,
    now: datetime | None = None,
    trial_end: datetime | None = None,
    awaits_payment: bool = False,
    subscription_id: str = "sub-1",
    **of_terms: Any,  # noqa: ANN401
) -> Subscription:
    """One that has just been created; `now` is the start unless given."""
    return changes.start_subscription(
        terms(*entitlements, **of_terms),
        changes.Start(
            id=subscription_id,
            customer_id="acme",
            date=start,
            trial_end=trial_end,
            awaits_payment=awaits_payment,
        ),
        now or start,
    )


def in_status(status: SubscriptionStatus, **of_subscription: Any) -> Subscription:  # noqa: ANN401
    """A subscription in that status. All but a scheduled one started at START; trials last 14 days."""
    fresh = subscription(**of_subscription)
    trial_end = START + 14 * DAY
    made = {
        SubscriptionStatus.SCHEDULED: lambda: subscription(now=START - DAY, **of_subscription),
        SubscriptionStatus.INCOMPLETE: lambda: subscription(awaits_payment=True, **of_subscription),
        SubscriptionStatus.INCOMPLETE_EXPIRED: lambda: advance_subscription(
            subscription(awaits_payment=True, **of_subscription), START + DAY
        ),
        SubscriptionStatus.TRIALING: lambda: subscription(trial_end=trial_end, **of_subscription),
        SubscriptionStatus.ACTIVE: lambda: fresh,
        SubscriptionStatus.PAST_DUE: lambda: changes.apply_failed_payment(fresh, START),
        SubscriptionStatus.CANCELED: lambda: changes.apply_cancellation(fresh, None, START, {}),
        SubscriptionStatus.SUPERSEDED: lambda: changes.record_superseded_terms(fresh, id="sub-0", now=START),
    }
    return made[status]()


UNKNOWN = "00000000-0000-4000-8000-000000000000"
FUTURE = now().replace(microsecond=0) + timedelta(days=100)


def sold_to_acme() -> None:
    """Two plans at several prices, and the customer `acme`."""
    sell("pro", price(), price("YEARLY", "200.00"), price("ONE_TIME", "500.00"))
    sell("team", price(amount="50.00"), gives=(given(value=500), given("seats", 5)))
    created("Acme")


def subscription_request(plan: str = "pro", period: str = "MONTHLY", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"plan_identifier": plan, "charge_period": period, **fields}


def create(headers: dict[str, str] | None = None, **fields: Any) -> Reply:  # noqa: ANN401
    body = subscription_request(customer_id="acme") | fields
    return call("subscriptions/create", body=body, headers=headers)


def subscribed(**fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to creating a subscription."""
    return answer(create(**fields), 201)


def subscribed_at(moment: datetime, plan: str = "pro", period: str = "MONTHLY", **draft: Any) -> str:  # noqa: ANN401
    """The id of a subscription that was created at a time of one's choice."""
    offer = Offer(plan=plan, charge_period=ChargePeriod(period))
    customer_id = draft.pop("customer_id", "acme")
    made = SubscriptionDraft(customer_id=customer_id, offer=offer, **draft)
    return create_subscription(subscription_stores(), made, moment).id


def send(operation: str, subscription_id: str, body: Any = None, **headers: str) -> Reply:  # noqa: ANN401
    """A POST to one subscription; underscores in names of headers are dashes."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    path = {"subscriptionId": subscription_id}
    return call(f"subscriptions/{operation}", parameters=path, body=body, headers=sent)


def get(subscription_id: str) -> dict[str, Any]:
    return answer(call("subscriptions/get", parameters={"subscriptionId": subscription_id}), 200)


def stored(subscription_id: str) -> Subscription:
    store = subscription_store()
    return store.get(store.customer_of(subscription_id), subscription_id)


def advance(subscription_id: str, at: datetime) -> dict[str, Any]:
    """The subscription after the scheduled function did its work at that time."""
    store = subscription_store()
    place = SubscriptionPlace(store.customer_of(subscription_id), subscription_id)
    assert advance_one(store, place, at)
    return get(subscription_id)


def live_subscriptions(customer_id: str = "acme") -> int:
    """The counter that archiving looks at."""
    customer = answer(call("customers/get", parameters={"customerId": customer_id}), 200)
    count: int = customer["subscriptions"]
    return count


def listed(query: str = "") -> list[str]:
    """The ids on a page of the list."""
    return ids(call("subscriptions/list", query=query))


def ids(page: Reply) -> list[str]:
    return [row["id"] for row in answer(page, 200)["results"]]


def pages(query: str, direction: str = "next") -> Iterator[Reply]:
    """The page asked for and all that its links lead to."""
    page = call("subscriptions/list", query=query)
    yield page
    while link := answer(page, 200)[direction]:
        page = call("subscriptions/list", query=urlsplit(link).query)
        yield page
