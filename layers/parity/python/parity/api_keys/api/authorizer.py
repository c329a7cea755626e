"""The answer of the authorizer to the gateways: a policy with all calls that the key or token allows.

The gateway caches the policy for a minute and applies it to all calls with that key or token. A policy for
the requested route only would refuse its other calls for that minute (docs/design.md, "Authorizer").
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.http.callers import CUSTOMER_TOKEN, PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parity.api_keys.rules.api_keys import ApiKey
    from parity.api_keys.rules.customer_tokens import CustomerToken
    from parity.api_keys.rules.people import Person

CHECKS = (
    "GET/api/v1/entitlements",
    "GET/api/v1/entitlements/*",
    "POST/api/v1/entitlements/check",
    "POST/api/v1/entitlements/check/*",
    "GET/api/v1/customers/*/entitlements",
    "GET/api/v1/customers/*/entitlements/",
)
EVERYTHING = ("*/*",)
ALLOWED_CALLS = {
    ApiKeyKind.SECRET: EVERYTHING,
    ApiKeyKind.READ_ONLY: ("GET/*", *CHECKS),
    ApiKeyKind.PUBLISHABLE: CHECKS,
}
"""Patterns of methods and paths for each kind of key. People may call as one of the kinds does."""

REFUSED_CALLS = {ApiKeyKind.READ_ONLY: ("*/api/v1/api-keys", "*/api/v1/api-keys/*")}
"""Only secret keys may read API keys."""

TOKEN_CALLS = (
    "GET/api/v1/entitlements",
    "GET/api/v1/entitlements/",
    "GET/api/v1/entitlements/{proxy+}",
)
"""Of every customer token; the last is a route of the edge. The operation knows whom the query names."""

UNESCAPED = ("", "!'()*", "!$&'()*+,;=:@")
"""What clients do not escape in a path: some escape all, then `encodeURIComponent`, then parsers of URLs."""

MAX_CHARACTERS = 380
"""Of an identifier in a policy. API Gateway allows 512 for an ARN, and the longest identifiers have 1,200."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What the gateways are told of a caller: `calls` that are allowed, and what operations get to know."""

    id: str
    calls: tuple[str, ...]
    refused: tuple[str, ...]
    context: Mapping[str, str]


class UnauthorizedError(Exception):
    """The gateway answers 401 if the message is exactly this word."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def read_bearer_token(headers: Mapping[str, str]) -> str:
    """The token of the Authorization header, whatever its case; empty without one."""
    header = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller_with_key(api_key: ApiKey) -> Caller:
    kind = api_key.kind
    context = {"keyId": api_key.key_id, "keyKind": kind.value, "name": quote(api_key.hint, safe="")}
    return Caller(api_key.key_id, ALLOWED_CALLS[kind], REFUSED_CALLS.get(kind, ()), context)


def caller_for_person(person: Person) -> Caller:
    """Logs have the caller's id, which does not name the person; activity has the name."""
    kind = person.may_call_as
    caller_id = f"{PERSON}_{person.user_id}"
    context = {"keyId": caller_id, "keyKind": PERSON, "name": quote(person.name, safe="@")}
    if kind is None:
        return Caller(caller_id, (), EVERYTHING, context)
    return Caller(caller_id, ALLOWED_CALLS[kind], REFUSED_CALLS.get(kind, ()), context)


def caller_with_token(token: CustomerToken) -> Caller:
    """Its id names the key that signed, as logs should not say which customers call."""
    caller_id = f"{CUSTOMER_TOKEN}_{token.key_id}"
    context = {
        "keyId": caller_id,
        "keyKind": CUSTOMER_TOKEN,
        "customerId": quote(token.customer_id, safe=""),
        "expiresAt": str(int(token.expires_on.timestamp())),
    }
    return Caller(caller_id, (*TOKEN_CALLS, *_reads_of(token.customer_id)), (), context)


def _reads_of(customer_id: str) -> list[str]:
    """The paths of the customer's entitlements, in each form in which clients write the identifier.

    A policy has no sign for a literal `*`. So `?` stands for it, which is any one character, and `*` for what
    is beyond the limit. The operation refuses other customers that such a pattern lets in.
    """
    forms = (quote(customer_id, safe=unescaped).replace("*", "?") for unescaped in UNESCAPED)
    shortened = (f"{form[:MAX_CHARACTERS]}*" if len(form) > MAX_CHARACTERS else form for form in forms)
    return [
        f"GET/api/v1/customers/{form}/entitlements{slash}"
        for form in dict.fromkeys(shortened)
        for slash in ("", "/")
    ]


def make_policy(caller: Caller, method_arn: str) -> dict[str, Any]:
    """A policy for the API and stage of the method's ARN.

    An ARN is `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.
    """
    stage_arn = "/".join(method_arn.split("/")[:2])
    effects = (("Allow", caller.calls), ("Deny", caller.refused))
    statements = [_statement(effect, stage_arn, calls) for effect, calls in effects if calls]
    return {
        "principalId": caller.id,
        "policyDocument": {"Version": "2012-10-17", "Statement": statements},
        "context": caller.context,
    }


def make_simple_answer(caller: Caller | None, route_key: str) -> dict[str, Any]:
    """A yes or no for the edge, an HTTP API. It asks for each route, such as `GET /api/v1/entitlements`."""
    if caller is None:
        return {"isAuthorized": False}
    call = route_key.replace(" ", "", 1)
    return {
        "isAuthorized": any(fnmatchcase(call, pattern) for pattern in caller.calls),
        "context": caller.context,
    }


def _statement(effect: str, stage_arn: str, calls: tuple[str, ...]) -> dict[str, Any]:
    resources = [f"{stage_arn}/{call}" for call in calls]
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources}
