"""Plans published over HTTP, customers who subscribe to them, and their usage."""

from __future__ import annotations

from typing import Any

import httpx

from parity.core.times import now
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import Source
from parity.entitlements.store.holdings import EntitlementStore
from tests.support.builders.counters import make_counter_item
from tests.support.engines.processes import wait_until

FEATURES = {
    "e2e-sso": "BOOLEAN",
    "e2e-seats": "CUSTOMIZABLE",
    "e2e-exports": "METER",
    "e2e-calls": "METER",
    "e2e-tokens": "METER",
}
SMALL, LARGE = "e2e-small", "e2e-large"
"""The plans: the large one has every kind of entitlement, the small one less and no BOOLEAN feature."""

ENTITLEMENTS: dict[str, dict[str, dict[str, Any]]] = {
    SMALL: {
        "e2e-seats": {"value": 3},
        "e2e-exports": {"value": 10, "reset": "EVERY_MONTH", "hardLimit": True},
    },
    LARGE: {
        "e2e-sso": {"value": True},
        "e2e-seats": {"value": 10},
        "e2e-exports": {"value": 200, "reset": "EVERY_MONTH", "hardLimit": True},
        "e2e-calls": {"value": 100, "reset": "EVERY_YEAR", "hardLimit": False},
        "e2e-tokens": {"hasUnlimitedUsage": True, "hardLimit": True, "reset": "EVERY_DAY"},
    },
}


def sell_plans(client: httpx.Client) -> None:
    """Publishes both plans, by the month and by the year."""
    for identifier, feature_type in FEATURES.items():
        feature = {"name": identifier, "identifier": identifier, "featureType": feature_type}
        _expect_success(client.post("/catalog/features/", json=feature))
    for plan, entitlements in ENTITLEMENTS.items():
        publish_plan(client, plan, entitlements)


def publish_plan(client: httpx.Client, plan: str, entitlements: dict[str, dict[str, Any]]) -> None:
    """A plan that is sold with these features, by the month and by the year."""
    draft_plan(client, plan, entitlements)
    _expect_success(client.post(f"/catalog/plans/{plan}/publish/"))


def draft_plan(client: httpx.Client, plan: str, entitlements: dict[str, dict[str, Any]]) -> None:
    """As `publish_plan`, but still a draft."""
    given = [{"feature": feature, "details": details} for feature, details in entitlements.items()]
    prices = [
        {"chargePeriod": period, "priceType": "PAID", "amount": amount, "currency": "USD"}
        for period, amount in {"MONTHLY": "20.00", "YEARLY": "200.00"}.items()
    ]
    path = f"/catalog/plans/{plan}"
    _expect_success(client.post("/catalog/plans/", json={"name": plan, "identifier": plan}))
    _expect_success(client.post(f"{path}/features/", json={"planEntitlements": given}))
    _expect_success(client.post(f"{path}/prices/bulk/", json={"prices": prices}))


def subscribe_customer(
    client: httpx.Client,
    customer_id: str,
    plan: str = LARGE,
    **fields: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """Subscribes a customer by the month, who is created if necessary; returns the subscription."""
    client.post("/customers/", json={"customer_id": customer_id})
    terms = {"plan_identifier": plan, "charge_period": "MONTHLY", "customer_id": customer_id}
    return _expect_success(client.post("/subscriptions/create/", json=terms | fields))


def check_entitlements(client: httpx.Client, customer_id: str) -> dict[str, dict[str, Any]]:
    """The entries of a check of all features, by feature."""
    answer = _expect_success(client.get("/entitlements", params={"customer_id": customer_id}))
    entries = {entry["featureId"]: entry for entry in answer["entitlements"]}
    assert len(entries) == len(answer["entitlements"])
    return entries


def wait_for_entry(client: httpx.Client, customer_id: str, feature: str, **wanted: Any) -> None:  # noqa: ANN401
    """Waits until the feature has an entry with these values."""

    def is_there() -> bool:
        entry = check_entitlements(client, customer_id).get(feature)
        return entry is not None and wanted.items() <= entry.items()

    wait_until(is_there)


def subscribe_and_wait(
    client: httpx.Client,
    customer_id: str,
    plan: str = LARGE,
    **fields: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """As `subscribe_customer`, and waits until the customer has the entitlements of the plan."""
    subscription = subscribe_customer(client, customer_id, plan, **fields)
    wait_for_entry(client, customer_id, "e2e-seats")
    return subscription


def store_counter(table: Table, customer_id: str, feature: str, used: int) -> None:
    """Sets the counter of the feature's current window, as reported usage does."""
    source = load_sources(table, customer_id, feature)[0]
    item = make_counter_item(customer_id, feature, {source.window_kind: used}, now())
    assert table.put_on_condition(item, "attribute_not_exists(PK)", {})


def load_sources(table: Table, customer_id: str, feature: str) -> tuple[Source, ...]:
    snapshot = EntitlementStore(table).read_for_check(customer_id, consistent=True).snapshot
    assert snapshot is not None
    return snapshot.features[feature].sources


def _expect_success(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    done: dict[str, Any] = answer.json()
    return done
