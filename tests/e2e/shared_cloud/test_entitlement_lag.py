"""When checks see a change: what is given some time later, what is taken before the answer is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.fakes.interruptions import Interruptions
from tests.support.scenarios.http_plans import (
    ENTITLEMENTS,
    LARGE,
    SMALL,
    check_entitlements,
    subscribe_and_wait,
    subscribe_customer,
    wait_for_entry,
)

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture
def stream_held_up(hindrance: Interruptions) -> Iterator[None]:
    """No recomputation runs: what checks show has been written by the requests themselves."""
    with hindrance.hold_invocations():
        yield


def post_ok(client: httpx.Client, path: str, body: dict[str, Any] | None = None) -> None:
    assert client.post(path, json=body).status_code == 200


def wait_for_stream(client: httpx.Client, identifier: str) -> None:
    """Return when the stream function has processed all that was written: the stream has one shard."""
    subscribe_and_wait(client, f"{identifier}-later")


def test_a_new_subscription_gives_access_in_the_end(client: httpx.Client, identifier: str) -> None:
    subscribe_customer(client, identifier)
    wait_for_entry(client, identifier, "e2e-sso", hasAccess=True)
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[LARGE].keys()


def test_an_override_a_grant_and_their_removal_are_seen_in_the_end(
    client: httpx.Client, identifier: str
) -> None:
    subscribe_and_wait(client, identifier)
    path = f"/customers/{identifier}/overrides/e2e-exports/"
    for override, limit in (({"value": 7}, 7), ({"type": "grant", "value": 50}, 57)):
        client.put(path, json=override).raise_for_status()
        wait_for_entry(client, identifier, "e2e-exports", usageLimit=limit)
    for kind, limit in (("override", 250), ("grant", 200)):
        assert client.delete(path, params={"type": kind}).status_code == 204
        wait_for_entry(client, identifier, "e2e-exports", usageLimit=limit)


@pytest.mark.parametrize(("before", "after"), [(SMALL, LARGE), (LARGE, SMALL)])
def test_another_plan_is_seen_by_the_very_next_check(
    client: httpx.Client, identifier: str, hindrance: Interruptions, before: str, after: str
) -> None:
    made = subscribe_and_wait(client, identifier, before)
    with hindrance.hold_invocations():
        terms = {"plan_identifier": after, "charge_period": "MONTHLY"}
        post_ok(client, f"/subscriptions/{made['id']}/update/", terms)
        assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[after].keys()


def test_an_immediate_cancel_is_seen_by_the_very_next_check(
    client: httpx.Client, identifier: str, hindrance: Interruptions
) -> None:
    made = subscribe_and_wait(client, identifier)
    with hindrance.hold_invocations():
        post_ok(client, f"/subscriptions/{made['id']}/cancel/", {"cancellation_type": "IMMEDIATE"})
        assert check_entitlements(client, identifier) == {}
    wait_for_stream(client, identifier)
    assert check_entitlements(client, identifier) == {}


def test_an_archived_customer_is_denied_by_the_very_next_check(
    client: httpx.Client, identifier: str, hindrance: Interruptions
) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    client.put(f"/customers/{identifier}/overrides/e2e-exports/", json={"value": 7}).raise_for_status()
    wait_for_entry(client, identifier, "e2e-exports")
    with hindrance.hold_invocations():
        assert client.delete(f"/customers/{identifier}/").status_code == 204
        assert check_entitlements(client, identifier) == {}
    wait_for_stream(client, identifier)
    assert check_entitlements(client, identifier) == {}


def test_an_unarchived_customer_has_its_overrides_back_in_the_end(
    client: httpx.Client, identifier: str
) -> None:
    client.post("/customers/", json={"customer_id": identifier})
    client.put(f"/customers/{identifier}/overrides/e2e-exports/", json={"value": 7}).raise_for_status()
    wait_for_entry(client, identifier, "e2e-exports")
    assert client.delete(f"/customers/{identifier}/").status_code == 204
    post_ok(client, f"/customers/{identifier}/unarchive/")
    wait_for_entry(client, identifier, "e2e-exports", usageLimit=7)


def test_a_first_payment_gives_access_to_the_very_next_check(
    client: httpx.Client, identifier: str, hindrance: Interruptions
) -> None:
    made = subscribe_customer(client, identifier, payment_behavior="activate_on_payment")
    wait_for_stream(client, identifier)
    assert (made["status"], check_entitlements(client, identifier)) == ("incomplete", {})
    with hindrance.hold_invocations():
        post_ok(client, f"/subscriptions/{made['id']}/payment/", {"outcome": "SUCCEEDED"})
        assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[LARGE].keys()


@pytest.mark.usefixtures("stream_held_up")
def test_access_begins_and_ends_with_its_subscription_without_a_recomputation(
    client: httpx.Client, identifier: str
) -> None:
    first, second = (
        subscribe_customer(client, identifier, SMALL),
        subscribe_customer(client, identifier, LARGE),
    )
    both = ENTITLEMENTS[SMALL].keys() | ENTITLEMENTS[LARGE].keys()
    assert check_entitlements(client, identifier).keys() == both
    cancel = {"cancellation_type": "IMMEDIATE"}
    post_ok(client, f"/subscriptions/{second['id']}/cancel/", cancel)
    assert check_entitlements(client, identifier).keys() == ENTITLEMENTS[SMALL].keys()
    post_ok(client, f"/subscriptions/{first['id']}/cancel/", cancel)
    assert check_entitlements(client, identifier) == {}
