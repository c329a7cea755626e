"""The gateways' Lambda authorizer: says who calls, and what they may call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.api_keys.api.authorizer import (
    UnauthorizedError,
    caller_with_key,
    caller_with_token,
    make_policy,
    make_simple_answer,
    read_bearer_token,
)
from parity.api_keys.rules.customer_tokens import is_token
from parity.api_keys.service.api_keys import recognize_api_key
from parity.api_keys.service.customer_tokens import recognize_customer_token
from parity.api_keys.store.api_keys import api_key_store
from parity.api_keys.store.signing_keys import signing_key_store
from parity.core.times import now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.api_keys.api.authorizer import Caller


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """The core gets a policy, or the error that it answers with 401. The edge gets yes or no.

    The error is the only way to a 401 of the core (docs/decisions/0047).
    """
    caller = _recognize(read_bearer_token(event["headers"] or {}))
    if event.get("version") == "2.0":
        return make_simple_answer(caller, event["routeKey"])
    if caller is None:
        raise UnauthorizedError
    return make_policy(caller, event["methodArn"])


def _recognize(text: str) -> Caller | None:
    if is_token(text):
        token = recognize_customer_token(signing_key_store(), text, now())
        return caller_with_token(token) if token else None
    api_key = recognize_api_key(api_key_store(), text, now())
    return caller_with_key(api_key) if api_key else None
