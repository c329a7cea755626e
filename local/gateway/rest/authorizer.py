"""The authorizers of a REST API, which answer with an IAM policy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from local.gateway.authorizer_answers import AnswerCache, invoke_authorizer, require_identity
from local.gateway.base import AsyncInvoke
from local.gateway.call import RestCall
from local.gateway.errors import GatewayError
from local.gateway.rest.event import authorizer_event
from local.gateway.rest.policy import Policy, parse_policy
from local.model import Authorizer, FunctionError

MAX_METHOD_ARN_BYTES = 1600


async def authorize(
    call: RestCall, cache: AnswerCache[Policy], invoke: AsyncInvoke
) -> Mapping[str, Any] | None:
    """The context of the route's authorizer, None without one; raises GatewayError for a refused call."""
    name = call.match.route.authorizer
    if name is None:
        return None
    if len(call.arn) > MAX_METHOD_ARN_BYTES:
        raise GatewayError("DEFAULT_4XX", status=414, message="Request URI too long")
    authorizer = call.api.authorizers[name]
    identity = require_identity(call.request.header(name) or "" for name in authorizer.identity_headers)
    started = time.monotonic()
    policy = await cache.get_or_ask(authorizer, identity, partial(_ask, call, authorizer, invoke))
    policy.check(call.arn)
    return {**policy.context, "integrationLatency": int((time.monotonic() - started) * 1000)}


async def _ask(call: RestCall, authorizer: Authorizer, invoke: AsyncInvoke) -> Policy:
    event = authorizer_event(call)
    return parse_policy(await invoke_authorizer(authorizer.function, event, partial(_invoke, invoke)))


async def _invoke(invoke: AsyncInvoke, function: str, event: Mapping[str, Any]) -> bytes:
    """The answer of a function; raises UNAUTHORIZED when it fails with the message `Unauthorized`."""
    try:
        return await invoke(function, event)
    except FunctionError as error:
        if error.message == "Unauthorized":
            raise GatewayError("UNAUTHORIZED") from error
        raise
