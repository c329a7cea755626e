"""Usage reported through the public client library (docs/contract.md, "Reported usage" and "Events")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError, NotFoundError

from parity.core.times import now
from tests.support.answers import error_of
from tests.support.engines.sdk import OPEN_LIBRARY, Library, every_client
from tests.support.scenarios.http_plans import (
    check_entitlements,
    publish_plan,
    subscribe_and_wait,
    subscribe_customer,
    wait_for_entry,
)

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
METER = {
    "name": "Tokens",
    "identifier": "sdk-tokens",
    "featureType": "METER",
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": {
        "eventName": "sdk.completion",
        "aggregation": {"function": "SUM", "field": "tokensUsed"},
        "filters": [[{"property": "model", "operator": "EQUALS", "value": "large"}]],
    },
}
METERED = "sdk-metered"
"""A plan with a meter that counts events."""

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture(scope="module")
def metered(client: httpx.Client, sold: None) -> None:
    assert client.post("/catalog/features/", json=METER).is_success
    publish_plan(client, METERED, {"sdk-tokens": {"value": 1000, "reset": "EVERY_MONTH"}})


@pytest.fixture(scope="module", params=["core", "edge"])
def reporter(
    request: pytest.FixtureRequest, client_kind: str, key: str, url: str, edge_url: str
) -> Iterator[Library]:
    """A library that reports to one of the gateways: to that of its base URL (docs/contract.md)."""
    base_url = {"core": url, "edge": edge_url}[request.param]
    with OPEN_LIBRARY[client_kind](key, base_url, edge_url) as library:
        yield library


def report_usage(library: Library, customer_id: str, value: int, behaviour: str = "DELTA") -> Any:  # noqa: ANN401
    return library.reporting.report_usage(
        value=value, customerId=customer_id, featureId="e2e-exports", behaviour=behaviour
    )


def get_usage(client: httpx.Client, customer_id: str, feature: str = "e2e-exports") -> int:
    value: int = check_entitlements(client, customer_id)[feature]["currentUsage"]
    return value


@every_client
def test_reported_usage_shows_in_the_very_next_check(
    reporter: Library, client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    answer = report_usage(reporter, identifier, 7)
    assert (answer.value, answer.customerId, answer.featureId) == (7, identifier, "e2e-exports")
    assert (answer.behaviour, answer.eventName) == ("DELTA", "aggregated.usage")
    assert re.fullmatch(r"[0-9a-f]{32}", answer.idempotencyKey)
    assert TIMESTAMP.fullmatch(answer.timestamp)
    assert isinstance(answer.orgId, str)
    assert get_usage(client, identifier) == 7
    for value, behaviour, total in (
        (5, "DELTA", 12),
        (-2, "DELTA", 10),
        (150, "SET", 150),
        (50, "DELTA", 200),
    ):
        report_usage(reporter, identifier, value, behaviour)
        assert get_usage(client, identifier) == total
    assert not reporter.entitlements.has_access(identifier, "e2e-exports")


def test_usage_right_after_the_subscription_counts(
    library: Library, client: httpx.Client, identifier: str
) -> None:
    subscribe_customer(client, identifier)
    report_usage(library, identifier, 3)
    wait_for_entry(client, identifier, "e2e-exports", currentUsage=3, remaining=197)


def test_usage_of_an_unknown_customer_or_feature_is_refused(
    reporter: Library, client: httpx.Client, identifier: str
) -> None:
    with pytest.raises(NotFoundError):
        report_usage(reporter, identifier, 1)
    subscribe_and_wait(client, identifier)
    with pytest.raises(NotFoundError):
        reporter.reporting.report_usage(
            value=1, customerId=identifier, featureId="no-such-feature", behaviour="DELTA"
        )
    with pytest.raises(APIError) as refused:
        reporter.reporting.report_usage(
            value=1, customerId=identifier, featureId="e2e-sso", behaviour="DELTA"
        )
    assert error_of(refused)[1] == "feature_not_metered"


@every_client
@pytest.mark.usefixtures("metered")
def test_an_event_is_counted_once_however_often_it_is_sent(
    reporter: Library, client: httpx.Client, identifier: str
) -> None:
    subscribe_customer(client, identifier, METERED)
    event: dict[str, Any] = {
        "customerId": identifier,
        "eventName": "sdk.completion",
        "idempotencyKey": uuid4().hex,
        "timestamp": f"{now():%Y-%m-%d %H:%M:%S.%f}",
        "properties": {"tokens_used": 400, "model": "large"},
    }
    first, again = (reporter.reporting.report_event(**event) for _ in range(2))
    assert first == again
    assert (first.idempotencyKey, first.timestamp) == (event["idempotencyKey"], event["timestamp"])
    small = event | {"idempotencyKey": uuid4().hex, "properties": {"tokens_used": 100, "model": "small"}}
    reporter.reporting.report_event(**small)
    last = event | {"idempotencyKey": uuid4().hex, "properties": {"tokensUsed": 600, "model": "large"}}
    reporter.reporting.report_event(**last)
    wait_for_entry(client, identifier, "sdk-tokens", currentUsage=1000, remaining=0)
    assert not reporter.entitlements.has_access(identifier, "sdk-tokens")
    shown = client.get(f"/customers/{identifier}/usage/", params={"featureId": "sdk-tokens"}).json()
    assert (shown["total"], shown["usageLimit"]) == (1000, 1000)


def test_reports_for_an_archived_customer_are_refused(
    library: Library, client: httpx.Client, identifier: str
) -> None:
    made = subscribe_and_wait(client, identifier)
    report_usage(library, identifier, 1)
    client.post(f"/subscriptions/{made['id']}/cancel/", json={"cancellation_type": "IMMEDIATE"})
    assert client.delete(f"/customers/{identifier}/").status_code == 204
    with pytest.raises(APIError) as refused:
        report_usage(library, identifier, 1)
    assert error_of(refused)[1] == "customer_archived"


def test_a_library_for_reports_knows_no_customers(key: str, edge_url: str, identifier: str) -> None:
    """Its base URL is the edge, which has nothing else."""
    for open_library in OPEN_LIBRARY.values():
        with open_library(key, edge_url, edge_url) as library, pytest.raises(NotFoundError):
            library.customers.retrieve(identifier)
