"""The gateways' Lambda authorizer: says who calls, and what they may call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.api_keys.api.authorizer import (
    UnauthorizedError,
    make_policy,
    make_simple_answer,
    read_bearer_token,
)
from parity.api_keys.api.recognition import recognize_caller
from parity.core.times import now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """The core gets a policy, or the error that it answers with 401. The edge gets yes or no.

    The error is the only way to a 401 of the core (docs/decisions/0047).
    """
    caller = recognize_caller(read_bearer_token(event["headers"] or {}), now())
    if event.get("version") == "2.0":
        return make_simple_answer(caller, event["routeKey"])
    if caller is None:
        raise UnauthorizedError
    return make_policy(caller, event["methodArn"])
