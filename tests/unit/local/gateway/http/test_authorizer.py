from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from local.gateway import HttpGateway
from local.model import FunctionError
from tests.unit.local.gateway.harness import HTTP_API, KEY, Answer, Functions, Headers, Local


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(clock: Clock) -> Iterator[Local]:
    functions = Functions({"authorize": {"isAuthorized": True}})
    gateway = HttpGateway(HTTP_API, functions, clock=clock)
    yield Local(functions, gateway)
    gateway.close()


def ask(local: Local, method: str = "GET", path: str = "/secret/a", key: str = "Bearer sk_1") -> Answer:
    return local.send(method, path, headers=(("Authorization", key),))


def test_a_simple_yes_lets_the_call_through(local: Local) -> None:
    assert ask(local).status == 200
    assert local.functions.names == ["authorize", "secret-get"]
    assert local.functions.event["requestContext"]["authorizer"] == {"lambda": None}


def test_the_authorizer_gets_an_event_of_format_2_0(local: Local) -> None:
    local.send("GET", "/secret/a?x=1&x=2", headers=(*KEY, ("Cookie", "a=1")))
    event = local.functions.calls[0][1]
    assert event["version"] == "2.0"
    assert event["type"] == "REQUEST"
    assert event["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:Edge/$default/GET/secret/a"
    assert event["identitySource"] == ["Bearer sk_1"]
    assert event["routeKey"] == "GET /secret/{name}"
    assert event["rawPath"] == "/secret/a"
    assert event["headers"]["authorization"] == "Bearer sk_1"
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["pathParameters"] == {"name": "a"}
    assert event["cookies"] == ["a=1"]
    assert event["requestContext"]["http"]["method"] == "GET"
    assert "body" not in event


@pytest.mark.parametrize("headers", [(), (("Authorization", ""),)])
def test_without_its_identity_source_nobody_is_asked(local: Local, headers: Headers) -> None:
    answer = local.send("GET", "/secret/a", headers=headers)
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})
    assert local.functions.calls == []


def test_a_simple_no_is_forbidden_and_remembered(local: Local) -> None:
    local.functions.answers["authorize"] = {"isAuthorized": False}
    for _ in range(2):
        answer = ask(local)
        assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})
    assert local.functions.names == ["authorize"]


def test_an_answer_is_used_for_every_route_of_the_authorizer(local: Local) -> None:
    assert ask(local).status == 200
    local.functions.answers["authorize"] = {"isAuthorized": False}
    assert ask(local, "DELETE", "/secret/b").status == 200
    assert local.functions.names == ["authorize", "secret-get", "secret-delete"]


def test_answers_are_kept_apart_by_route_when_the_template_says_so() -> None:
    per_route = replace(HTTP_API.authorizers["Keys"], per_route=True)
    functions = Functions({"authorize": {"isAuthorized": True}})
    gateway = HttpGateway(replace(HTTP_API, authorizers={"Keys": per_route}), functions)
    local = Local(functions, gateway)
    ask(local)
    ask(local, path="/secret/b")
    functions.answers["authorize"] = {"isAuthorized": False}
    assert ask(local, "DELETE").status == 403
    gateway.close()
    sources = [event["identitySource"] for name, event in functions.calls if name == "authorize"]
    assert sources == [["Bearer sk_1", "GET /secret/{name}"], ["Bearer sk_1", "DELETE /secret/{name}"]]


def test_answers_are_kept_apart_by_identity(local: Local) -> None:
    ask(local)
    local.functions.answers["authorize"] = {"isAuthorized": False}
    assert ask(local, key="Bearer sk_2").status == 403


def test_an_answer_is_forgotten_after_its_time(local: Local, clock: Clock) -> None:
    ask(local)
    local.functions.answers["authorize"] = {"isAuthorized": False}
    clock.now += 59
    assert ask(local).status == 200
    clock.now += 1
    assert ask(local).status == 403


def test_an_authorizer_without_a_cache_is_asked_every_time() -> None:
    uncached = {"Keys": replace(HTTP_API.authorizers["Keys"], ttl_seconds=0)}
    functions = Functions({"authorize": {"isAuthorized": True}})
    gateway = HttpGateway(replace(HTTP_API, authorizers=uncached), functions)
    ask(Local(functions, gateway))
    ask(Local(functions, gateway))
    gateway.close()
    assert functions.names.count("authorize") == 2


@pytest.mark.parametrize(
    "failure",
    [
        FunctionError("authorize", "KeyError", "secret detail"),
        FunctionError("authorize", "Exception", "Unauthorized"),
        b"no json",
        None,
        "yes",
        {},
        {"isAuthorized": "true"},
        {"isAuthorized": True, "context": []},
    ],
)
def test_an_authorizer_that_fails_is_a_500_that_is_not_remembered(local: Local, failure: object) -> None:
    local.functions.answers["authorize"] = failure
    answer = ask(local)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})
    local.functions.answers["authorize"] = {"isAuthorized": True}
    assert ask(local).status == 200


def test_an_unguarded_route_asks_nobody(local: Local) -> None:
    local.send("GET", "/items", headers=KEY)
    assert local.functions.names == ["items-list"]
