"""The demo data: what a newcomer finds after `make run`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest

from local.cloud import LocalCloud
from local.engine import Engine
from local.seed.demo import load_demo
from local.seed.unpaid import subscribe_unpaid
from parity.dynamodb.table import Table
from parity.subscriptions.api.jobs import advance_work
from parity.subscriptions.rules.subscriptions import SubscriptionStatus
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support import ROOT
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until
from tests.support.fakes.jobs import do_all_due

pytestmark = [needs_engine, pytest.mark.slow]

TABLE = "parity"


@pytest.fixture(scope="module")
def own_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo data is a table of its own: other tests count what is in theirs."""
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def demo(own_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(
        ROOT,
        quiet=True,
        demo="small",
        engine_url=own_engine.url,
        python=RUNTIME_PYTHON,
        state=tmp_path_factory.mktemp("cloud"),
    ) as cloud:
        store = SubscriptionStore(Table(own_engine.client("dynamodb"), TABLE))
        report = do_all_due(advance_work(store), datetime.now(UTC))
        assert (report.failed, report.complete) == (0, True)
        yield cloud


@pytest.fixture(scope="module")
def api(demo: LocalCloud) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {demo.server_key}"}
    with httpx.Client(base_url=f"{demo.url}/api/v1", headers=headers, timeout=60) as client:
        yield client


def list_statuses(api: httpx.Client) -> dict[str, list[str]]:
    """By customer, in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    parameters = {"page_size": "100", "status": ",".join(SubscriptionStatus)}
    for row in api.get("/subscriptions", params=parameters).json()["results"]:
        found.setdefault(row["customerId"], []).append(row["status"])
    return {customer_id: sorted(found[customer_id]) for customer_id in sorted(found)}


EXPECTED = {
    "acme": ["active"],
    "blabaer": ["active"],
    "creme-brulee": ["active"],
    "jose-angel": ["active", "superseded"],
    "mueller-soehne": ["trialing"],
    "obrien-daughters": ["incomplete_expired"],
    "quote-unquote": ["past_due"],
    "senor-cafe": ["active"],
    "tokyo-data": ["scheduled"],
    "walk-in": ["canceled"],
    "zoe": ["incomplete"],
}


def test_the_demo_customers_have_subscriptions_in_every_status(api: httpx.Client) -> None:
    found = list_statuses(api)
    assert found == EXPECTED
    assert {status for rows in found.values() for status in rows} == set(SubscriptionStatus)


def test_a_cancel_and_a_change_are_pending(api: httpx.Client) -> None:
    (ending,) = api.get("/subscriptions", params={"customer_id": "creme-brulee"}).json()["results"]
    assert ending["endDate"] is not None
    (changing,) = api.get("/subscriptions", params={"customer_id": "senor-cafe"}).json()["results"]
    assert changing["pendingChange"]["chargePeriod"] == "YEARLY"


def test_a_grant_and_an_override_count_in_checks(api: httpx.Client) -> None:
    def kinds(customer_id: str, feature: str) -> set[str]:
        found = api.get(f"/customers/{customer_id}/entitlements", params={"featureId": feature}).json()
        return {source["type"] for entry in found["entitlements"] for source in entry["sources"]}

    wait_until(lambda: kinds("acme", "ai-tokens") == {"subscription", "grant"})
    wait_until(lambda: kinds("blabaer", "audit-log") == {"override"})


def list_activity(api: httpx.Client, customer_id: str) -> set[str]:
    """The kinds of what happened to the customer."""
    found = api.get(f"/customers/{customer_id}/activity", params={"page_size": "100"}).json()
    return {entry["kind"] for entry in found["results"]}


ACTIVITY = {
    "acme": {"customer.imported", "customer.updated", "subscription.created", "grant.created"},
    "blabaer": {"customer.imported", "subscription.created", "override.set"},
    "jose-angel": {"customer.imported", "subscription.created", "subscription.plan_changed"},
    "lantern-books": {"customer.imported", "customer.archived"},
}


def test_what_happened_to_the_customers_is_listed(api: httpx.Client) -> None:
    for customer_id, kinds in ACTIVITY.items():
        wait_until(lambda: list_activity(api, customer_id) >= kinds, 30)  # noqa: B023 - within the loop


TOKENS = {"acme": 196930, "blabaer": 108103, "creme-brulee": 42030}
"""Of a whole week."""

EXPORTS = {"jose-angel": 142, "mueller-soehne": 9, "quote-unquote": 187, "senor-cafe": 200}


def count_tokens(api: httpx.Client, customer_id: str) -> int:
    """As the graph of the last days adds up."""
    asked = {"featureId": "ai-tokens", "from": f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%d}"}
    total: int = api.get(f"/customers/{customer_id}/usage", params=asked).json()["total"]
    return total


def get_exports(api: httpx.Client, customer_id: str) -> tuple[int, int, bool]:
    """How many a check says were made and remain, and whether more may be."""
    asked = {"customer_id": customer_id, "feature_id": "exports"}
    (entry,) = api.get("/entitlements", params=asked).json()["entitlements"]
    return entry["currentUsage"], entry["remaining"], entry["hasAccess"]


def test_three_customers_have_used_tokens_in_the_past_week(api: httpx.Client) -> None:
    for customer_id, used in TOKENS.items():
        wait_until(lambda: count_tokens(api, customer_id) == used, 30)  # noqa: B023 - within the loop


def test_four_customers_have_exported_and_one_of_them_up_to_its_limit(api: httpx.Client) -> None:
    assert {each: get_exports(api, each) for each in EXPORTS} == {
        each: (made, 200 - made, made < 200) for each, made in EXPORTS.items()
    }


def test_loading_it_again_changes_nothing(demo: LocalCloud, own_engine: Engine, api: httpx.Client) -> None:
    steps: list[tuple[str, int, int]] = []
    unpaid = partial(subscribe_unpaid, own_engine.client("dynamodb"), TABLE)
    refused = load_demo(demo.url, demo.server_key, "small", lambda *step: steps.append(step), unpaid)
    assert refused == []
    assert list_statuses(api) == EXPECTED
    assert steps[-1] == ("usage", 5, 5)
    assert {what for what, _, _ in steps} == {"customers", "catalogue", "subscriptions", "usage"}
    assert {each: get_exports(api, each)[0] for each in EXPORTS} == EXPORTS
    assert api.get("/catalog/plans/team").json()["version"] == 1
    (endpoint,) = api.get("/webhook-endpoints/").json()["results"]
    assert endpoint["enabled"] is False
