from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.gateway import RestGateway
from local.gateway.errors import GatewayError
from local.gateway.rest.policy import parse_policy
from local.model import FunctionError
from tests.unit.local.gateway.harness import ALLOW_ALL, API, KEY, Answer, Event, Functions, Local

ARN = "arn:aws:execute-api:us-east-1:000000000000:Api/prod/"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(clock: Clock) -> Iterator[Local]:
    functions = Functions({"authorize": ALLOW_ALL})
    gateway = RestGateway(API, functions, clock=clock)
    yield Local(functions, gateway)
    gateway.close()


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "principalId": "key-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
    }


def statement(effect: str, resource: str | list[str]) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}


def ask(local: Local, method: str = "GET", path: str = "/secret/a", key: str = "Bearer sk_1") -> Answer:
    return local.send(method, path, headers=(("authorization", key),))


def test_an_allowed_call_reaches_its_function(local: Local) -> None:
    assert ask(local).status == 200
    assert local.functions.names == ["authorize", "secret-get"]


@pytest.mark.parametrize("headers", [(), (("Authorization", ""),)])
def test_without_its_identity_source_a_call_is_unauthorized_and_nobody_is_asked(
    local: Local, headers: tuple[tuple[str, str], ...]
) -> None:
    assert local.send("GET", "/secret/a", headers=headers).status == 401
    assert local.functions.calls == []


def test_an_authorizer_is_asked_once_for_an_identity_within_its_time(local: Local, clock: Clock) -> None:
    ask(local)
    clock.now += 59
    ask(local, method="DELETE", path="/secret/b")
    assert local.functions.names == ["authorize", "secret-get", "secret-delete"]


def test_a_cached_policy_ends_with_its_time(local: Local, clock: Clock) -> None:
    ask(local)
    clock.now += 60
    ask(local)
    assert local.functions.names.count("authorize") == 2


def test_each_identity_is_asked_for_by_itself(local: Local) -> None:
    ask(local)
    ask(local, key="Bearer sk_2")
    assert local.functions.names.count("authorize") == 2


def test_a_cached_policy_is_evaluated_again_for_every_route(local: Local) -> None:
    local.functions.answers["authorize"] = policy(statement("Allow", f"{ARN}GET/*"))
    assert ask(local).status == 200
    assert ask(local, method="DELETE").status == 403
    assert ask(local).status == 200
    assert local.functions.names == ["authorize", "secret-get", "secret-get"]


def test_a_denying_policy_is_cached_too(local: Local) -> None:
    local.functions.answers["authorize"] = policy(statement("Deny", "*"))
    assert [ask(local).status, ask(local).status] == [403, 403]
    assert local.functions.names == ["authorize"]


def test_the_error_message_unauthorized_means_401_and_is_not_cached(local: Local) -> None:
    local.functions.answers["authorize"] = FunctionError("authorize", "Exception", "Unauthorized")
    assert [ask(local).status, ask(local).status] == [401, 401]
    assert local.functions.names == ["authorize", "authorize"]


@pytest.mark.parametrize("message", ["unauthorized", "Unauthorized!", "boom"])
def test_any_other_failure_is_a_500_and_is_not_cached(local: Local, message: str) -> None:
    local.functions.answers["authorize"] = FunctionError("authorize", "Exception", message)
    answer = ask(local)
    assert (answer.status, answer.json()) == (500, {"message": None})
    local.functions.answers["authorize"] = ALLOW_ALL
    assert ask(local).status == 200


def test_a_failure_of_the_authorizer_tells_the_client_nothing_of_it(local: Local) -> None:
    local.functions.answers["authorize"] = FunctionError("authorize", "KeyError", "the secret's name")
    assert b"secret" not in ask(local).body


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        None,
        [],
        {},
        {"policyDocument": ALLOW_ALL["policyDocument"]},
        {**ALLOW_ALL, "principalId": 7},
        {**ALLOW_ALL, "policyDocument": "Allow"},
        {"principalId": "a", "policyDocument": {}},
        policy({"Effect": "allow", "Action": "*", "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "*"}),
        policy({"Effect": "Allow", "Action": [], "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "*", "Resource": [1]}),
        policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}),
        {**ALLOW_ALL, "context": []},
        {**ALLOW_ALL, "context": {"a": None}},
        {**ALLOW_ALL, "context": {"a": ["b"]}},
        {**ALLOW_ALL, "context": {"a": {"b": 1}}},
    ],
)
def test_an_answer_that_is_no_policy_is_a_configuration_error(local: Local, answer: object) -> None:
    local.functions.answers["authorize"] = answer
    assert ask(local).status == 500
    assert local.functions.names == ["authorize"]
    local.functions.answers["authorize"] = ALLOW_ALL
    assert ask(local).status == 200


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([statement("Allow", f"{ARN}GET/secret/a")], True),
        ([statement("Allow", [f"{ARN}POST/*", f"{ARN}GET/sec*/?"])], True),
        ([statement("Allow", "arn:aws:execute-api:*:*:Api/prod/GET/secret/*")], True),
        ([statement("Allow", f"{ARN}GET/secret/??")], False),
        ([statement("Allow", f"{ARN}GET/secret")], False),
        ([statement("Allow", f"{ARN}get/secret/a")], False),
        ([statement("Allow", f"{ARN}GET/secret/.")], False),
        ([statement("Allow", "*"), statement("Deny", f"{ARN}GET/secret/*")], False),
        ([statement("Allow", "*"), statement("Deny", f"{ARN}DELETE/*")], True),
        ([{"Effect": "Allow", "Action": ["execute-api:*"], "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "EXECUTE-API:invoke", "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], False),
        ([], False),
    ],
)
def test_a_policy_is_evaluated_like_iam(statements: list[dict[str, Any]], allowed: bool) -> None:  # noqa: FBT001
    parsed = parse_policy(policy(*statements))
    if allowed:
        parsed.check(f"{ARN}GET/secret/a")
    else:
        with pytest.raises(GatewayError, match="ACCESS_DENIED"):
            parsed.check(f"{ARN}GET/secret/a")


def test_an_unguarded_route_asks_nobody(local: Local) -> None:
    local.send("GET", "/items", headers=KEY)
    assert local.functions.names == ["items-list"]


def test_a_method_arn_over_its_limit_is_414_and_nobody_is_asked(local: Local) -> None:
    assert ask(local, path=f"/secret/{'a' * 1600}").status == 414
    assert local.functions.calls == []


def test_an_authorizer_without_a_cache_is_asked_every_time() -> None:
    uncached = {"Keys": replace(API.authorizers["Keys"], ttl_seconds=0)}
    functions = Functions({"authorize": ALLOW_ALL})
    gateway = RestGateway(replace(API, authorizers=uncached), functions)
    local = Local(functions, gateway)
    ask(local)
    ask(local)
    gateway.close()
    assert functions.names.count("authorize") == 2


def test_a_request_under_way_is_answered_by_a_gateway_that_was_closed_meanwhile() -> None:
    def close_and_allow(_: Event) -> dict[str, Any]:
        gateway.close()
        return ALLOW_ALL

    functions = Functions({"authorize": close_and_allow})
    gateway = RestGateway(API, functions)
    assert ask(Local(functions, gateway)).status == 200
    assert functions.names == ["authorize", "secret-get"]
