"""Subscriptions in the table: plans that are sold, and what the handlers answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from parity.catalog.rules import plans as rules
from parity.catalog.rules.plans import PlanDraft, PlanEntitlement, Price, PriceType
from parity.catalog.store.plans import plan_store
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.entitlements.rules.evaluation import Entitlement
from parity.entitlements.service.check import check
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules.subscriptions import Subscription
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.transitions import advance_one
from parity.subscriptions.store.subscriptions import SubscriptionPlace, subscription_store
from tests.support.customers import answer, created
from tests.support.handlers import Reply, call
from tests.support.subscriptions import given

UNKNOWN = "00000000-0000-4000-8000-000000000000"
FUTURE = now().replace(microsecond=0) + timedelta(days=100)


def price(period: str = "MONTHLY", amount: str = "20.00", **details: Any) -> Price:  # noqa: ANN401
    kind = PriceType.PAID if amount.strip("0.") else PriceType.FREE
    return Price(charge_period=ChargePeriod(period), price_type=kind, amount=amount, **details)


def sell(identifier: str = "pro", *prices: Price, gives: tuple[PlanEntitlement, ...] = (given(),)) -> None:
    """Publishes the plan, or its next version; without prices, one of 20 USD a month."""
    changes = {"prices": prices or (price(),), "entitlements": gives, "name": identifier.title()}
    store = plan_store()
    sold = {plan.identifier: plan for plan in store.all()}
    if identifier in sold:
        plan = sold[identifier]
        edition = rules.Edition(plan, store.version(identifier, plan.edited))
    else:
        edition = rules.new_plan(
            PlanDraft(name=identifier), id=str(uuid4()), identifier=identifier, now=now()
        )
        store.create(edition)
    draft = rules.changed(edition, changes, now())
    store.edit(edition.plan, draft)
    published = rules.published(draft, now())
    store.publish(draft.plan, published, store.catalog_revision(), None)


def sold_to_acme() -> None:
    """Two plans at several prices, and the customer `acme`."""
    sell("pro", price(), price("YEARLY", "200.00"), price("ONE_TIME", "500.00"))
    sell("team", price(amount="50.00"), gives=(given(value=500), given("seats", 5)))
    created("Acme")


def terms(plan: str = "pro", period: str = "MONTHLY", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"plan_identifier": plan, "charge_period": period, **fields}


def create(headers: dict[str, str] | None = None, **fields: Any) -> Reply:  # noqa: ANN401
    body = terms(customer_id="acme") | fields
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


def entitled(at: datetime | None = None, customer_id: str = "acme") -> dict[str, Entitlement]:
    """What a check answers from the snapshot as it stands, by feature."""
    found = check(entitlement_store().checked(customer_id, consistent=True), at or now())
    return {entitlement.feature: entitlement for entitlement in found}


def entitled_in_the_end(at: datetime | None = None) -> dict[str, Entitlement]:
    """As `entitled`, once the stream function has done its work."""
    recompute(entitlement_store(), "acme")
    return entitled(at)


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
