"""Policies as authorizers answer them."""

from __future__ import annotations

from typing import Any

ARN = "arn:aws:execute-api:us-east-1:000000000000:Api/prod/"


def make_policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "principalId": "key-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
    }


def make_statement(effect: str, resource: str | list[str]) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
