"""Subscriptions and their terms as values, and as the handlers store and show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parity.catalog.rules.plans import PlanEntitlement, Price, PriceType
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules import cancellations, changes, payments
from parity.subscriptions.rules import subscriptions as rules
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Terms,
)
from parity.subscriptions.service import subscriptions as service
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft
from parity.subscriptions.service.transitions import advance_stored
from parity.subscriptions.store.subscriptions import SubscriptionPlace, subscription_store
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.moments import DAY, START
from tests.support.builders.prepared import prepare_once
from tests.support.fakes.functions import Reply, call


def make_terms(
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


def make_subscription(
    *entitlements: PlanEntitlement,
    start: datetime = START,
    now: datetime | None = None,
    trial_end: datetime | None = None,
    awaits_payment: bool = False,
    subscription_id: str = "sub-1",
    **of_terms: Any,  # noqa: ANN401
) -> Subscription:
    """A new subscription. It is created at its start unless `now` says otherwise."""
    return changes.start_subscription(
        make_terms(*entitlements, **of_terms),
        changes.Start(
            id=subscription_id,
            customer_id="acme",
            date=start,
            trial_end=trial_end,
            awaits_payment=awaits_payment,
        ),
        now or start,
    )


def make_subscription_in(status: SubscriptionStatus, **of_subscription: Any) -> Subscription:  # noqa: ANN401
    """A subscription in that status. All but a scheduled one started at START; trials last 14 days."""
    fresh = make_subscription(**of_subscription)
    trial_end = START + 14 * DAY
    made = {
        SubscriptionStatus.SCHEDULED: lambda: make_subscription(now=START - DAY, **of_subscription),
        SubscriptionStatus.INCOMPLETE: lambda: make_subscription(awaits_payment=True, **of_subscription),
        SubscriptionStatus.INCOMPLETE_EXPIRED: lambda: rules.advance_subscription(
            make_subscription(awaits_payment=True, **of_subscription), START + DAY
        ),
        SubscriptionStatus.TRIALING: lambda: make_subscription(trial_end=trial_end, **of_subscription),
        SubscriptionStatus.ACTIVE: lambda: fresh,
        SubscriptionStatus.PAST_DUE: lambda: payments.apply_failed_payment(fresh, START),
        SubscriptionStatus.CANCELED: lambda: cancellations.apply_cancellation(fresh, None, START, {}),
        SubscriptionStatus.SUPERSEDED: lambda: changes.record_superseded_terms(fresh, id="sub-0", now=START),
    }
    return made[status]()


UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
FUTURE = now().replace(microsecond=0) + timedelta(days=100)


@prepare_once
def sell_to_acme() -> None:
    """Two plans at several prices, and the customer `acme`."""
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"), make_price("ONE_TIME", "500.00"))
    sell_plan(
        "team", make_price(amount="50.00"), gives=(make_entitlement(value=500), make_entitlement("seats", 5))
    )
    create_customer("Acme")


def make_request(plan: str = "pro", period: str = "MONTHLY", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"plan_identifier": plan, "charge_period": period, **fields}


def send_subscription(headers: dict[str, str] | None = None, **fields: Any) -> Reply:  # noqa: ANN401
    body = make_request(customer_id="acme") | fields
    return call("subscriptions/create", body=body, headers=headers)


def create_subscription(**fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The created subscription, as the handler answers."""
    return expect(send_subscription(**fields), 201)


def subscribe_at(moment: datetime, plan: str = "pro", period: str = "MONTHLY", **draft: Any) -> str:  # noqa: ANN401
    """Creates a subscription at this moment; returns its id."""
    offer = Offer(plan=plan, charge_period=ChargePeriod(period))
    customer_id = draft.pop("customer_id", "acme")
    made = SubscriptionDraft(customer_id=customer_id, offer=offer, **draft)
    return service.create_subscription(subscription_stores(), made, moment).id


def post_to_subscription(operation: str, subscription_id: str, body: Any = None, **headers: str) -> Reply:  # noqa: ANN401
    """Sends a POST to one subscription. Underscores in names of headers become dashes."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    path = {"subscriptionId": subscription_id}
    return call(f"subscriptions/{operation}", parameters=path, body=body, headers=sent)


def get_subscription(subscription_id: str) -> dict[str, Any]:
    return expect(call("subscriptions/get", parameters={"subscriptionId": subscription_id}), 200)


def load_subscription(subscription_id: str) -> Subscription:
    store = subscription_store()
    return store.get(store.customer_of(subscription_id), subscription_id)


def advance_subscription(subscription_id: str, at: datetime) -> dict[str, Any]:
    """Advances a due subscription as the scheduled function does; returns it as the API shows it."""
    store = subscription_store()
    place = SubscriptionPlace(store.customer_of(subscription_id), subscription_id)
    assert advance_stored(store, place, at)
    return get_subscription(subscription_id)


def count_live_subscriptions(customer_id: str = "acme") -> int:
    """The number that keeps a customer from being archived."""
    customer = expect(call("customers/get", parameters={"customerId": customer_id}), 200)
    count: int = customer["subscriptions"]
    return count


def list_subscription_ids(query: str = "") -> list[str]:
    """The ids on a page of the list."""
    return subscription_ids_on(call("subscriptions/list", query=query))


def subscription_ids_on(page: Reply) -> list[str]:
    return [row["id"] for row in expect(page, 200)["results"]]


def update_subscription(
    subscription_id: str,
    plan: str = "team",
    period: str = "MONTHLY",
    **fields: Any,  # noqa: ANN401
) -> None:
    """Changes the terms of a subscription, and checks the answer."""
    reply = post_to_subscription("update", subscription_id, make_request(plan, period, **fields))
    assert expect(reply, 200) == {"subscriptionId": subscription_id}
    assert reply.headers["etag"] == f'"{get_subscription(subscription_id)["version"]}"'
