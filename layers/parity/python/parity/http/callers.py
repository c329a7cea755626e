"""Who calls, as the authorizer has told the gateway: payload 1.0 of the core, and 2.0 of the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLISHABLE = "pk"


def caller_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the authorizer said of the caller, such as `keyKind`; empty where no authorizer was asked."""
    said: Mapping[str, Any] = event["requestContext"].get("authorizer") or {}
    caller: Mapping[str, Any] = said.get("lambda") or said
    return caller


def has_publishable_key(event: Mapping[str, Any]) -> bool:
    """Whether the caller may be anybody, as the key is in web pages."""
    return caller_of(event).get("keyKind") == PUBLISHABLE
