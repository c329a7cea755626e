"""What the authorizers of both kinds of API have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.model import FunctionError
from tests.unit.local.gateway.apis import Kind
from tests.unit.local.gateway.harness import KEY, FakeClock, GatewayClient, Headers, serve


def test_an_allowed_call_reaches_its_function(client: GatewayClient) -> None:
    assert client.send_with_key().status == 200
    assert client.functions.names == ["authorize", "secret-get"]


@pytest.mark.parametrize("headers", [(), (("Authorization", ""),)])
def test_a_call_without_identity_is_unauthorized_and_invokes_nothing(
    client: GatewayClient, headers: Headers
) -> None:
    assert client.send("GET", "/secret/a", headers=headers).status == 401
    assert client.functions.calls == []


def test_an_answer_is_kept_for_every_route(client: GatewayClient) -> None:
    client.send_with_key()
    assert client.send_with_key("DELETE", "/secret/b").status == 200
    assert client.functions.names == ["authorize", "secret-get", "secret-delete"]


def test_an_answer_expires_after_its_time_to_live(
    client: GatewayClient, kind: Kind, clock: FakeClock
) -> None:
    client.send_with_key()
    client.functions.answers["authorize"] = kind.deny
    clock.now += 59
    assert client.send_with_key().status == 200
    clock.now += 1
    assert client.send_with_key().status == 403


def test_an_answer_is_kept_for_its_identity_only(client: GatewayClient, kind: Kind) -> None:
    client.send_with_key()
    client.functions.answers["authorize"] = kind.deny
    assert client.send_with_key(key="Bearer sk_2").status == 403


def test_an_answer_without_a_time_to_live_is_not_kept(kind: Kind) -> None:
    uncached = {"Keys": replace(kind.api.authorizers["Keys"], ttl_seconds=0)}
    with serve(replace(kind.api, authorizers=uncached), {"authorize": kind.allow}) as client:
        client.send_with_key()
        client.send_with_key()
        assert client.functions.names.count("authorize") == 2


def test_a_denial_is_kept_too(client: GatewayClient, kind: Kind) -> None:
    client.functions.answers["authorize"] = kind.deny
    for _ in range(2):
        answer = client.send_with_key()
        assert (answer.status, answer.json()) == kind.denied
    assert client.functions.names == ["authorize"]


@pytest.mark.parametrize(
    "failure",
    [
        FunctionError("authorize", "KeyError", "secret detail"),
        FunctionError("authorize", "Exception", "unauthorized"),
        FunctionError("authorize", "Exception", "Unauthorized!"),
        b"no json",
        None,
        [],
        "yes",
        {},
    ],
)
def test_a_failure_is_a_500_without_details_and_is_not_kept(
    client: GatewayClient, kind: Kind, failure: object
) -> None:
    client.functions.answers["authorize"] = failure
    answer = client.send_with_key()
    assert (answer.status, answer.json()) == kind.authorizer_failed
    assert client.functions.names == ["authorize"]
    client.functions.answers["authorize"] = kind.allow
    assert client.send_with_key().status == 200


def test_a_route_without_an_authorizer_invokes_only_its_function(client: GatewayClient) -> None:
    client.send("GET", "/items", headers=KEY)
    assert client.functions.names == ["items-list"]
