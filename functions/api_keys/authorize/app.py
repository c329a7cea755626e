"""The gateways' Lambda authorizer: who calls, and what may they call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.api_keys.api.authorizer import (
    UnauthorizedError,
    make_policy,
    make_simple_answer,
    read_bearer_token,
)
from parity.api_keys.service import recognize_api_key
from parity.api_keys.store import api_key_store
from parity.core.times import now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answers the core with a policy, or what makes it a 401, and the edge with a yes or no."""
    api_key = recognize_api_key(api_key_store(), read_bearer_token(event["headers"] or {}), now())
    if event.get("version") == "2.0":
        return make_simple_answer(api_key, event["routeKey"])
    if api_key is None:
        raise UnauthorizedError
    return make_policy(api_key, event["methodArn"])
