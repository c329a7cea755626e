"""How both kinds of gateway answer, whatever their functions do."""

from __future__ import annotations

import json
import threading

import pytest

from local.model import FunctionError
from local.runtime.limits import ANSWER_LIMIT_BYTES
from tests.unit.local.gateway.apis import Kind
from tests.unit.local.gateway.harness import Event, GatewayClient, serve


def test_every_response_has_the_ids_of_the_gateway(client: GatewayClient, kind: Kind) -> None:
    for target in ("/items", "/nothing"):
        answer = client.send("GET", target)
        assert all(answer.header(name) for name in kind.id_headers)


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/nothing"), ("PATCH", "/items"), ("GET", "/items//")]
)
def test_a_request_without_a_route_is_not_found(
    client: GatewayClient, kind: Kind, method: str, target: str
) -> None:
    answer = client.send(method, target)
    assert (answer.status, answer.json()) == kind.route_missing
    assert client.functions.calls == []


@pytest.mark.parametrize("error_type", ["KeyError", "Runtime.ExitError", "Sandbox.Timedout"])
def test_a_failed_function_is_answered_without_details(
    client: GatewayClient, kind: Kind, error_type: str
) -> None:
    answer = client.respond_with(FunctionError("items-list", error_type, "secret detail"))
    assert (answer.status, answer.json()) == kind.function_failed


def test_a_function_may_take_no_longer_than_the_timeout_of_the_gateway(kind: Kind) -> None:
    released = threading.Event()
    answers = {"items-list": lambda _: released.wait(10)}
    with serve(kind.api, answers, integration_timeout_seconds=0.01) as client:
        answer = client.send("GET", "/items")
        released.set()
    assert (answer.status, answer.json()) == kind.function_timed_out


def test_an_answer_over_lambdas_limit_is_a_failure(client: GatewayClient, kind: Kind) -> None:
    around = len(json.dumps({"statusCode": 200, "body": ""}))
    fitting = "x" * (ANSWER_LIMIT_BYTES - around)
    assert client.respond_with({"statusCode": 200, "body": fitting}).status == 200
    answer = client.respond_with({"statusCode": 200, "body": fitting + "x"})
    assert (answer.status, answer.json()) == kind.function_failed


def test_a_fault_of_the_gateway_is_a_500_and_one_line_in_the_log(
    client: GatewayClient, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.respond_with(RuntimeError("broken"))
    assert (answer.status, answer.json()) == kind.gateway_failed
    (record,) = caplog.records
    assert "broken" in record.message
    assert record.exc_info is None


def test_a_gateway_that_is_closed_during_a_request_answers_it(kind: Kind) -> None:
    def close_and_allow(_: Event) -> object:
        client.gateway.close()
        return kind.allow

    with serve(kind.api, {"authorize": close_and_allow}) as client:
        assert client.send_with_key().status == 200
        assert client.functions.names == ["authorize", "secret-get"]
