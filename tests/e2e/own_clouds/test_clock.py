"""Time that is moved over HTTP: what would have happened until then has happened."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from parity.core.times import to_iso
from tests.support.engines.clock import PATH, MovableClock
from tests.support.engines.clouds import open_client, start_cloud
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import check_entitlements, subscribe_customer
from tests.support.scenarios.http_subscriptions import get_subscription

pytestmark = needs_engine

PLAN = "clock-team"
EXPORTS = {
    "value": 100,
    "reset": "EVERY_MONTH",
    "resetTime": "SUBSCRIPTION_START",
    "hardLimit": True,
    "rollover": {"enabled": True, "percentage": 50, "limit": 40},
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Its time only moves forward, from one test to the next."""
    with start_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    with open_client(cloud) as client:
        _sell(client)
        yield client


@pytest.fixture(scope="module")
def clock(cloud: LocalCloud, client: httpx.Client) -> MovableClock:
    return MovableClock(client, cloud.url)


def _sell(client: httpx.Client) -> None:
    price = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}
    meter = {"eventName": "call", "aggregation": {"function": "COUNT"}}
    kinds: dict[str, dict[str, Any]] = {
        "exports": {"featureDetails": {"featureSubType": "PRE_AGGREGATED_USAGE"}},
        "calls": {"featureDetails": {"featureSubType": "RAW_EVENTS"}, "meter": meter},
    }
    for name, kind in kinds.items():
        _post(client, "/catalog/features/", name=name, identifier=name, featureType="METER", **kind)
    _post(client, "/catalog/plans/", name=PLAN, identifier=PLAN)
    granted = [
        {"feature": "exports", "details": EXPORTS},
        {"feature": "calls", "details": {"value": 1000, "reset": "EVERY_MONTH", "hardLimit": True}},
    ]
    _post(client, f"/catalog/plans/{PLAN}/features/", planEntitlements=granted)
    _post(client, f"/catalog/plans/{PLAN}/prices/bulk/", prices=[price])
    _post(client, f"/catalog/plans/{PLAN}/publish/")


def _post(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = client.post(path, json=body)
    assert answer.is_success, answer.text
    done: dict[str, Any] = answer.json() if answer.content else {}
    return done


def report_exports(client: httpx.Client, customer_id: str, value: int) -> None:
    _post(
        client, "/report/usage", customerId=customer_id, featureId="exports", behaviour="DELTA", value=value
    )


def find_entry(client: httpx.Client, customer_id: str, feature: str = "exports") -> dict[str, Any]:
    return check_entitlements(client, customer_id)[feature]


def find_run(report: dict[str, Any], function: str) -> dict[str, Any]:
    (found,) = [each for each in report["ran"] if each["function"].endswith(function)]
    return dict(found)


def test_time_moves_forward_and_goes_on(clock: MovableClock, cloud: LocalCloud) -> None:
    before = clock.now()
    report = clock.advance("P1DT1H")
    assert before + DAY + HOUR <= datetime.fromisoformat(report["now"]) < before + DAY + HOUR + MINUTE
    assert {each["function"] for each in report["ran"]} >= {
        "parity-subscriptions-advance",
        "parity-usage-aggregate",
    }
    later = clock.now()
    assert later > datetime.fromisoformat(report["now"])
    assert httpx.get(f"{cloud.url}{PATH}/").json()["offsetSeconds"] == report["offsetSeconds"]


@pytest.mark.slow
def test_a_trial_becomes_paid(client: httpx.Client, clock: MovableClock) -> None:
    end = clock.now() + 14 * DAY
    trial = subscribe_customer(client, "trial", PLAN, trialEnd=to_iso(end))
    assert trial["status"] == "trialing"
    clock.move_to(end - HOUR)
    assert get_subscription(client, trial["id"])["status"] == "trialing"
    clock.move_to(end + MINUTE)
    paid = get_subscription(client, trial["id"])
    assert (paid["status"], paid["billingPeriodStartTime"]) == ("active", to_iso(end))


@pytest.mark.slow
def test_a_subscription_of_january_31_is_renewed_at_each_months_end(
    client: httpx.Client, clock: MovableClock
) -> None:
    """The renewals of a whole year take place in one move, each in its own minute."""
    year = clock.now().year + 1
    clock.move_to(datetime(year, 1, 31, 12, tzinfo=UTC))
    subscription = subscribe_customer(client, "renewed", PLAN)["id"]
    for end in (datetime(year, 3, 1, tzinfo=UTC), datetime(year, 4, 1, tzinfo=UTC)):
        clock.move_to(end)
        begin = get_subscription(client, subscription)["billingPeriodStartTime"]
        assert begin[:10] == f"{end - DAY:%Y-%m-%d}"
    report = clock.move_to(datetime(year + 1, 2, 1, tzinfo=UTC))
    assert find_run(report, "subscriptions-advance")["totals"]["advanced"] >= 10
    begin = get_subscription(client, subscription)["billingPeriodStartTime"]
    assert begin[:13] == f"{year + 1}-01-31T12"


@pytest.mark.slow
def test_a_failed_payment_cancels_after_14_days(client: httpx.Client, clock: MovableClock) -> None:
    subscription = subscribe_customer(client, "unpaid", PLAN)["id"]
    client.post(f"/subscriptions/{subscription}/payment/", json={"outcome": "FAILED"})
    clock.advance("P13DT23H")
    assert get_subscription(client, subscription)["status"] == "past_due"
    assert find_entry(client, "unpaid")["hasAccess"] is True
    clock.advance("PT2H")
    assert get_subscription(client, subscription)["status"] == "canceled"
    assert check_entitlements(client, "unpaid") == {}


@pytest.mark.slow
def test_a_window_turns_and_carries_over_what_is_left(client: httpx.Client, clock: MovableClock) -> None:
    """30 of 100 are used: half of the 70 left is carried, so that 135 can be used. Then all 40 at most."""
    subscribe_customer(client, "carrying", PLAN)
    report_exports(client, "carrying", 30)
    clock.advance("P1M")
    entry = find_entry(client, "carrying")
    assert (entry["usageLimit"], entry["currentUsage"], entry["remaining"]) == (135, 0, 135)
    report_exports(client, "carrying", 5)
    clock.advance("P1M")
    entry = find_entry(client, "carrying")
    assert (entry["usageLimit"], entry["currentUsage"], entry["remaining"]) == (140, 0, 140)


@pytest.mark.slow
def test_an_hour_of_usage_is_closed(client: httpx.Client, clock: MovableClock) -> None:
    subscribe_customer(client, "counted", PLAN)
    start = clock.now().replace(minute=0, second=0, microsecond=0) + HOUR
    clock.move_to(start + 10 * MINUTE)
    report_exports(client, "counted", 7)
    closed = clock.move_to(start + 2 * HOUR)
    assert find_run(closed, "usage-aggregate")["totals"]["closed"] == 1
    query = {
        "featureId": "exports",
        "interval": "HOUR",
        "from": to_iso(start - HOUR),
        "to": to_iso(start + HOUR),
    }
    answer = client.get("/customers/counted/usage", params=query).json()
    assert [point["value"] for point in answer["points"]] == [0, 7]


@pytest.mark.slow
def test_an_override_expires(client: httpx.Client, clock: MovableClock) -> None:
    subscribe_customer(client, "favoured", PLAN)
    override = {"value": 500, "expiresOn": to_iso(clock.now() + 2 * DAY)}
    assert client.put("/customers/favoured/overrides/exports", json=override).is_success
    clock.advance("P1D")
    assert find_entry(client, "favoured")["usageLimit"] == 500
    clock.advance("P1DT1M")
    assert find_entry(client, "favoured")["usageLimit"] == 100


@pytest.mark.slow
def test_a_reservation_expires_and_is_released(client: httpx.Client, clock: MovableClock) -> None:
    subscribe_customer(client, "reserving", PLAN)
    _post(client, "/customers/reserving/reservations", featureId="exports", value=90, expiresInSeconds=3600)
    assert client.get("/customers/reserving/reservations").json()["count"] == 1
    clock.advance("PT1H10M")
    assert client.get("/customers/reserving/reservations").json()["count"] == 0
    report_exports(client, "reserving", 100)
    assert find_entry(client, "reserving")["remaining"] == 0


@pytest.mark.slow
def test_events_are_judged_by_the_moved_time(client: httpx.Client, clock: MovableClock) -> None:
    subscribe_customer(client, "eventful", PLAN)
    clock.advance("P40D")
    now = clock.now()

    def report(key: str, moment: datetime) -> int:
        event = {"customerId": "eventful", "eventName": "call", "idempotencyKey": key}
        return client.post("/report/event", json=event | {"timestamp": to_iso(moment)}).status_code

    assert report("now", now) == 200
    assert report("ahead", now + HOUR) == 400
    assert report("late", now - 34 * DAY) == 200
    assert report("too-late", now - 36 * DAY) == 400
    clock.advance("PT1M")
    assert find_entry(client, "eventful", "calls")["currentUsage"] == 1


@pytest.mark.slow
def test_an_idempotency_key_is_free_after_a_day(client: httpx.Client, clock: MovableClock) -> None:
    def create() -> httpx.Response:
        headers = {"Idempotency-Key": "the-same"}
        return client.post(
            "/customers/", json={"name": "Twice", "email": "twice@example.com"}, headers=headers
        )

    first = create().json()["customerId"]
    clock.advance("PT23H")
    assert create().json()["customerId"] == first
    report = clock.advance("PT2H")
    assert report["expiredItems"] >= 1
    assert create().json()["customerId"] != first


def test_moves_at_once_are_made_one_after_the_other(clock: MovableClock) -> None:
    before = clock.now()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(clock.advance, ["P1D", "P2D", "P3D"]))
    assert before + 6 * DAY <= clock.now() < before + 6 * DAY + MINUTE


def test_a_move_back_is_refused(cloud: LocalCloud, clock: MovableClock) -> None:
    answer = httpx.post(f"{cloud.url}{PATH}", json={"to": to_iso(clock.now() - HOUR)})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/to"]
