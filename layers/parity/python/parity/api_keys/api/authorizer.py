"""The answer of the authorizer to the gateways: a policy with all calls that the caller's key allows.

The gateway caches the policy for a minute and applies it to all calls of that key. A policy for the requested
route only would refuse the key's other calls for that minute (docs/design.md, "Authorizer").
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from parity.api_keys.rules import ApiKeyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parity.api_keys.rules import ApiKey

CHECKS = (
    "GET/api/v1/entitlements",
    "GET/api/v1/entitlements/*",
    "POST/api/v1/entitlements/check",
    "POST/api/v1/entitlements/check/*",
    "GET/api/v1/customers/*/entitlements",
    "GET/api/v1/customers/*/entitlements/",
)
ALLOWED_CALLS = {
    ApiKeyKind.SECRET: ("*/*",),
    ApiKeyKind.READ_ONLY: ("GET/*", *CHECKS),
    ApiKeyKind.PUBLISHABLE: CHECKS,
}
"""Patterns of methods and paths for each kind of key."""

REFUSED_CALLS = {ApiKeyKind.READ_ONLY: ("*/api/v1/api-keys", "*/api/v1/api-keys/*")}
"""Only secret keys may read API keys."""


class UnauthorizedError(Exception):
    """The gateway answers 401 if the message is exactly this word."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def read_bearer_token(headers: Mapping[str, str]) -> str:
    """The token of the Authorization header, whatever its case; empty without one."""
    header = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def make_policy(api_key: ApiKey, method_arn: str) -> dict[str, Any]:
    """A policy for the API and stage of the method's ARN.

    An ARN is `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.
    """
    stage_arn = "/".join(method_arn.split("/")[:2])
    statements = [_statement("Allow", stage_arn, ALLOWED_CALLS[api_key.kind])]
    if refused := REFUSED_CALLS.get(api_key.kind):
        statements.append(_statement("Deny", stage_arn, refused))
    return {
        "principalId": api_key.key_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": statements},
        "context": _context(api_key),
    }


def make_simple_answer(api_key: ApiKey | None, route_key: str) -> dict[str, Any]:
    """A yes or no for the edge, an HTTP API. It asks for each route, such as `GET /api/v1/entitlements`."""
    if api_key is None:
        return {"isAuthorized": False}
    call = route_key.replace(" ", "", 1)
    return {
        "isAuthorized": any(fnmatchcase(call, pattern) for pattern in ALLOWED_CALLS[api_key.kind]),
        "context": _context(api_key),
    }


def _context(api_key: ApiKey) -> dict[str, str]:
    return {"keyId": api_key.key_id, "keyKind": api_key.kind.value}


def _statement(effect: str, stage_arn: str, calls: tuple[str, ...]) -> dict[str, Any]:
    resources = [f"{stage_arn}/{call}" for call in calls]
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources}
