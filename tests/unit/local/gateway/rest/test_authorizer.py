from __future__ import annotations

from local.model import FunctionError
from tests.unit.local.gateway.apis import REST_ARN, make_policy, make_statement
from tests.unit.local.gateway.harness import GatewayClient


def test_a_kept_policy_is_evaluated_again_for_every_route(client: GatewayClient) -> None:
    client.functions.answers["authorize"] = make_policy(make_statement("Allow", f"{REST_ARN}GET/*"))
    assert client.send_with_key().status == 200
    assert client.send_with_key("DELETE").status == 403
    assert client.send_with_key().status == 200
    assert client.functions.names == ["authorize", "secret-get", "secret-get"]


def test_the_error_message_unauthorized_is_a_401_that_is_not_kept(client: GatewayClient) -> None:
    client.functions.answers["authorize"] = FunctionError("authorize", "Exception", "Unauthorized")
    assert [client.send_with_key().status, client.send_with_key().status] == [401, 401]
    assert client.functions.names == ["authorize", "authorize"]


def test_a_method_arn_over_its_limit_is_a_414_that_invokes_nothing(client: GatewayClient) -> None:
    assert client.send_with_key(path=f"/secret/{'a' * 1600}").status == 414
    assert client.functions.calls == []


def test_an_answer_without_a_policy_is_a_500(client: GatewayClient) -> None:
    client.functions.answers["authorize"] = {"principalId": "key-1"}
    assert client.send_with_key().status == 500
