from __future__ import annotations

from dataclasses import replace

import pytest

from local.model import FunctionError
from tests.unit.local.gateway.apis import HTTP, HTTP_API
from tests.unit.local.gateway.harness import GatewayClient, serve


def test_answers_are_kept_by_route_when_the_template_says_so() -> None:
    per_route = replace(HTTP_API.authorizers["Keys"], per_route=True)
    api = replace(HTTP_API, authorizers={"Keys": per_route})
    with serve(api, {"authorize": HTTP.allow}) as client:
        client.send_with_key()
        client.send_with_key(path="/secret/b")
        client.functions.answers["authorize"] = HTTP.deny
        assert client.send_with_key("DELETE").status == 403
        sources = [event["identitySource"] for name, event in client.functions.calls if name == "authorize"]
        assert sources == [
            ["Bearer sk_1", "GET /secret/{name}"],
            ["Bearer sk_1", "DELETE /secret/{name}"],
        ]


def test_a_call_without_identity_gets_the_fixed_answer(client: GatewayClient) -> None:
    answer = client.send("GET", "/secret/a")
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    "failure",
    [
        FunctionError("authorize", "Exception", "Unauthorized"),
        {"isAuthorized": "true"},
        {"isAuthorized": True, "context": []},
    ],
)
def test_an_answer_that_is_no_simple_response_is_a_500(client: GatewayClient, failure: object) -> None:
    client.functions.answers["authorize"] = failure
    assert client.send_with_key().status == 500
