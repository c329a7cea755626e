"""Who calls, as the authorizer has told the gateway: payload 1.0 of the core, and 2.0 of the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from parity.core.actors import Actor, ActorKind
from parity.core.errors import ForbiddenError, UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PUBLISHABLE = "pk"
CUSTOMER_TOKEN = "ct"  # noqa: S105 - a kind of caller, not a token
PERSON = "person"


def caller_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the authorizer said of the caller, such as `keyKind`; empty where no authorizer was asked."""
    said: Mapping[str, Any] = event["requestContext"].get("authorizer") or {}
    caller: Mapping[str, Any] = said.get("lambda") or said
    return caller


def actor_of(event: Mapping[str, Any]) -> Actor | None:
    """The caller as the one who makes changes; None where no authorizer was asked.

    A caller's `name` is percent-encoded, as the gateways hand on ASCII only.
    """
    caller = caller_of(event)
    if "keyId" not in caller:
        return None
    name = unquote(caller.get("name", caller["keyId"]))
    if caller.get("keyKind") == PERSON:
        return Actor(ActorKind.PERSON, name, caller["keyId"])
    return Actor(ActorKind.API_KEY, name)


def has_publishable_key(event: Mapping[str, Any]) -> bool:
    """Whether the caller may be anybody, as the key is in web pages."""
    return caller_of(event).get("keyKind") == PUBLISHABLE


def check_token(event: Mapping[str, Any], customer_id: str, now: datetime) -> None:
    """Raises UnauthorizedError for a customer token that has expired, ForbiddenError for another customer's.

    The gateways let tokens in by path, and remember that for a minute. An operation knows whom a query
    parameter names and what time it is, so it has the last word. Keys may read every customer.
    """
    caller = caller_of(event)
    if caller.get("keyKind") != CUSTOMER_TOKEN:
        return
    if now.timestamp() >= int(caller["expiresAt"]):
        raise UnauthorizedError
    if unquote(caller["customerId"]) != customer_id:
        raise ForbiddenError
