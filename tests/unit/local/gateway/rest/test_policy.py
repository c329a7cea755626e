from __future__ import annotations

from typing import Any

import pytest

from local.gateway.errors import GatewayError
from local.gateway.rest.policy import parse_policy
from tests.unit.local.gateway.apis import ALLOW_ALL, REST_ARN, make_policy, make_statement


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"policyDocument": ALLOW_ALL["policyDocument"]},
        {**ALLOW_ALL, "principalId": 7},
        {**ALLOW_ALL, "policyDocument": "Allow"},
        {"principalId": "a", "policyDocument": {}},
        make_policy({"Effect": "allow", "Action": "*", "Resource": "*"}),
        make_policy({"Effect": "Allow", "Action": "*"}),
        make_policy({"Effect": "Allow", "Action": [], "Resource": "*"}),
        make_policy({"Effect": "Allow", "Action": "*", "Resource": [1]}),
        make_policy({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}),
        {**ALLOW_ALL, "context": []},
        {**ALLOW_ALL, "context": {"a": None}},
        {**ALLOW_ALL, "context": {"a": ["b"]}},
        {**ALLOW_ALL, "context": {"a": {"b": 1}}},
    ],
)
def test_an_answer_without_a_policy_is_a_configuration_error(answer: object) -> None:
    with pytest.raises(GatewayError, match="AUTHORIZER_CONFIGURATION_ERROR"):
        parse_policy(answer)


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([make_statement("Allow", f"{REST_ARN}GET/secret/a")], True),
        ([make_statement("Allow", [f"{REST_ARN}POST/*", f"{REST_ARN}GET/sec*/?"])], True),
        ([make_statement("Allow", "arn:aws:execute-api:*:*:Api/prod/GET/secret/*")], True),
        ([make_statement("Allow", f"{REST_ARN}GET/secret/??")], False),
        ([make_statement("Allow", f"{REST_ARN}GET/secret")], False),
        ([make_statement("Allow", f"{REST_ARN}get/secret/a")], False),
        ([make_statement("Allow", f"{REST_ARN}GET/secret/.")], False),
        ([make_statement("Allow", "*"), make_statement("Deny", f"{REST_ARN}GET/secret/*")], False),
        ([make_statement("Allow", "*"), make_statement("Deny", f"{REST_ARN}DELETE/*")], True),
        ([{"Effect": "Allow", "Action": ["execute-api:*"], "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "EXECUTE-API:invoke", "Resource": "*"}], True),
        ([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], False),
        ([], False),
    ],
)
def test_a_policy_is_evaluated_like_iam(statements: list[dict[str, Any]], allowed: bool) -> None:  # noqa: FBT001
    parsed = parse_policy(make_policy(*statements))
    if allowed:
        parsed.check(f"{REST_ARN}GET/secret/a")
    else:
        with pytest.raises(GatewayError, match="ACCESS_DENIED"):
            parsed.check(f"{REST_ARN}GET/secret/a")
