"""Checks with a publishable key: an existing customer is not told from an unknown one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.answers import expect
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import entitle_acme
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.fakes.functions import ROUTES, invoke
from tests.support.fakes.gateway import make_http_event, make_rest_event

CUSTOMERS = ("nobody", "acme", "zoe", "archie")
"""Unknown, subscribed to what has `exports`, without a subscription, and archived."""

MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def customers() -> str:
    """The id of the subscription of `acme`."""
    for name in ("Acme", "Zoe", "Archie"):
        create_customer(name)
    archive_customer("archie")
    create_feature("Calls")
    return entitle_acme(make_entitlement())


def called_with(kind: str, event: dict[str, Any]) -> dict[str, Any]:
    caller = {"keyId": "0123456789abcdef", "keyKind": kind}
    is_edge = event.get("version") == "2.0"
    event["requestContext"]["authorizer"] = {"lambda": caller} if is_edge else caller
    return event


def check_features(kind: str, customer_id: str, *features: str, make: MakeEvent = make_rest_event) -> Any:  # noqa: ANN401
    checks = [{"customerId": customer_id, "featureId": feature} for feature in features]
    event = make(*ROUTES["entitlements/check_batch"], body={"checks": checks})
    return expect(invoke("entitlements/check_batch", called_with(kind, event)), 200)["results"]


def explain(kind: str, customer_id: str, query: str) -> tuple[int, Any]:
    event = make_rest_event(*ROUTES["entitlements/list"], parameters={"customerId": customer_id}, query=query)
    reply = invoke("entitlements/list", called_with(kind, event))
    reply.body.pop("asOf", None)
    reply.body.pop("requestId", None)
    return reply.status, reply.body


def without_name(answer: Any, customer_id: str) -> str:  # noqa: ANN401
    return json.dumps(answer).replace(customer_id, "someone")


@pytest.mark.parametrize("make", [make_rest_event, make_http_event])
def test_a_batch_says_the_same_of_every_customer_without_the_features(make: MakeEvent) -> None:
    answers = {
        without_name(check_features("pk", each, "calls", "nothing", make=make), each) for each in CUSTOMERS
    }
    assert len(answers) == 1
    for row in json.loads(answers.pop()):
        assert (row["hasAccess"], row["featureType"], row["accessDeniedReason"]) == (
            False,
            None,
            "NoFeatureEntitlementInSubscription",
        )


@pytest.mark.parametrize(
    "query", ["featureId=calls", "featureId=nothing", "featureId=calls&requestedUsage=5"]
)
def test_an_explanation_says_the_same_of_every_customer_without_the_feature(query: str) -> None:
    answers = {without_name(explain("pk", each, query), each) for each in CUSTOMERS}
    assert len(answers) == 1
    assert json.loads(answers.pop())[0] == 200


@pytest.mark.parametrize("make", [make_rest_event, make_http_event])
@pytest.mark.parametrize("feature", ["calls", "nothing"])
def test_a_check_of_one_feature_says_the_same_of_every_customer_without_it(
    make: MakeEvent, feature: str
) -> None:
    answers = set()
    for each in CUSTOMERS:
        event = make(*ROUTES["entitlements/check"], query=f"customer_id={each}&feature_id={feature}")
        reply = invoke("entitlements/check", called_with("pk", event))
        answers.add(without_name(expect(reply, 200), each))
    assert answers == {'{"customerId": "someone", "entitlements": []}'}


def test_a_list_is_empty_for_every_customer_who_has_nothing() -> None:
    for each in ("nobody", "zoe", "archie"):
        assert explain("pk", each, "") == (200, {"customerId": each, "entitlements": []})


def test_a_customer_whose_subscription_is_over_is_like_an_unknown_one(customers: str) -> None:
    expect(post_to_subscription("cancel", customers, {"cancellation_type": "IMMEDIATE"}), 200)
    for query in ("", "featureId=exports"):
        answers = {without_name(explain("pk", each, query), each) for each in ("nobody", "acme")}
        assert len(answers) == 1
    rows = {without_name(check_features("pk", each, "exports"), each) for each in ("nobody", "acme")}
    assert len(rows) == 1


def test_what_a_customer_has_is_the_same_with_every_key() -> None:
    seen = {
        json.dumps([check_features(kind, "acme", "exports"), explain(kind, "acme", "")])
        for kind in ("pk", "rk", "sk")
    }
    assert len(seen) == 1
    assert json.loads(seen.pop())[0][0]["hasAccess"] is True


@pytest.mark.parametrize("kind", ["rk", "sk"])
def test_other_keys_get_the_reason(kind: str) -> None:
    reasons = [check_features(kind, each, "calls")[0]["accessDeniedReason"] for each in CUSTOMERS]
    assert reasons == [
        "CustomerNotFound",
        "NoFeatureEntitlementInSubscription",
        "NoActiveSubscription",
        "CustomerIsArchived",
    ]
    assert explain(kind, "nobody", "")[0] == 404
