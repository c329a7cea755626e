"""GET /api/v1/catalog/plans/{plan}/subscribers: how many live subscriptions a version has."""

from __future__ import annotations

import pytest

from parity.subscriptions.service import subscribers
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_plan, create_published_plan, edit_plan, publish_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import create_subscription, make_request, post_to_subscription
from tests.support.fakes.functions import Reply, call


@pytest.fixture(autouse=True)
def sold() -> None:
    create_customer("Acme")
    create_published_plan("Pro")


def send_count(plan: str = "pro", query: str = "") -> Reply:
    return call("plan_subscribers/count", parameters={"plan": plan}, query=query)


def count(plan: str = "pro", version: int | None = None) -> int:
    found = expect(send_count(plan, f"version={version}" if version else ""), 200)
    number: int = found["count"]
    assert found["countIsExact"]
    return number


def test_a_plan_without_subscribers_has_none() -> None:
    assert expect(send_count(), 200) == {"plan": "pro", "version": 1, "count": 0, "countIsExact": True}


def test_those_that_are_canceled_are_not_counted() -> None:
    kept, ended = create_subscription(), create_subscription()
    assert count() == len([kept, ended])
    expect(post_to_subscription("cancel", ended["id"], {"cancellationType": "IMMEDIATE"}), 200)
    assert count() == 1


def test_a_change_to_come_is_not_counted_before_it_has_come() -> None:
    create_published_plan("Basic")
    basic = create_subscription(plan_identifier="basic")
    update = make_request("pro") | {"effective": "PERIOD_END"}
    expect(post_to_subscription("update", basic["id"], update), 200)
    assert (count("basic"), count("pro")) == (1, 0)


def test_each_version_has_its_own_and_the_one_that_is_sold_is_counted_without_a_version() -> None:
    create_subscription()
    expect(edit_plan(description="Second"), 200)
    expect(publish_plan("pro"), 200)
    for _ in range(2):
        create_subscription()
    assert (count(version=1), count(version=2), count()) == (1, 2, 2)


def test_from_a_number_on_the_count_says_that_there_may_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "MAX_COUNTED", 2)
    for _ in range(3):
        create_subscription()
    found = expect(send_count(), 200)
    assert (found["count"], found["countIsExact"]) == (2, False)


def test_what_is_not_there_is_not_found() -> None:
    create_plan("Draft")
    assert count("draft") == 0
    assert refusal(send_count("nothing")) == (404, "plan_not_found")
    assert refusal(send_count("pro", "version=2")) == (404, "plan_version_not_found")
    assert send_count("pro", "version=0").status == 400
