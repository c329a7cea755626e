"""Callers with a customer token, who may read one customer only.

The gateways let them in by path, and remember that for a minute. An operation knows whom a query parameter
names and what time it is, so it has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from parity.core.errors import ForbiddenError, UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

KIND = "ct"


def check_token(event: Mapping[str, Any], customer_id: str, now: datetime) -> None:
    """Raises UnauthorizedError for a token that has expired, ForbiddenError for one of another customer.

    Reads what the authorizer has said of the caller: payload 1.0 of the core, or 2.0 of the edge. Callers
    with an API key may read every customer.
    """
    said = event["requestContext"].get("authorizer") or {}
    caller = said.get("lambda") or said
    if caller.get("keyKind") != KIND:
        return
    if now.timestamp() >= int(caller["expiresAt"]):
        raise UnauthorizedError
    if unquote(caller["customerId"]) != customer_id:
        raise ForbiddenError
