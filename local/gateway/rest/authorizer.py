"""Asking a route's authorizer, and remembering what it answered."""

from __future__ import annotations

import json
import time
from typing import Any

from local.gateway.authorizer_answers import AnswerCache
from local.gateway.base import AsyncInvoke
from local.gateway.errors import GatewayError
from local.gateway.rest.call import Call
from local.gateway.rest.event import authorizer_event
from local.gateway.rest.policy import Policy, parse_policy
from local.model import Authorizer, FunctionError

MAX_METHOD_ARN_BYTES = 1600


async def authorize(
    call: Call, authorizer: Authorizer, cache: AnswerCache[Policy], invoke: AsyncInvoke
) -> dict[str, Any]:
    """What the authorizer passes on to the function; raises GatewayError when the call may not go on."""
    if len(call.method_arn) > MAX_METHOD_ARN_BYTES:
        raise GatewayError("DEFAULT_4XX", status=414, message="Request URI too long")
    key = (authorizer.name, _identity(call, authorizer))
    started = time.monotonic()
    policy = cache.get(key)
    if policy is None:
        policy = await _ask(call, authorizer, invoke)
        cache.put(key, policy, authorizer.ttl_seconds)
    policy.check(call.method_arn)
    return {**policy.passed_on, "integrationLatency": int((time.monotonic() - started) * 1000)}


def _identity(call: Call, authorizer: Authorizer) -> tuple[str, ...]:
    values = tuple(call.request.header(name) or "" for name in authorizer.identity_headers)
    if not all(values):
        raise GatewayError("UNAUTHORIZED")
    return values


async def _ask(call: Call, authorizer: Authorizer, invoke: AsyncInvoke) -> Policy:
    try:
        answer = await invoke(authorizer.function, authorizer_event(call))
    except FunctionError as error:
        if error.message == "Unauthorized":
            raise GatewayError("UNAUTHORIZED") from error
        raise GatewayError("AUTHORIZER_FAILURE", reason=str(error)) from error
    except TimeoutError as error:
        raise GatewayError("AUTHORIZER_FAILURE", reason=f"{authorizer.function} took too long") from error
    return parse_policy(_json(answer))


def _json(answer: bytes) -> object:
    try:
        return json.loads(answer)
    except ValueError as error:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR", reason="the answer is not JSON") from error
