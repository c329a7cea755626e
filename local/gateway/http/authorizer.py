"""The authorizers of an HTTP API, which answer with a simple response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from local.gateway.authorizer_answers import (
    AnswerCache,
    Identity,
    invoke_authorizer,
    misconfigured_authorizer,
    require_identity,
)
from local.gateway.base import AsyncInvoke
from local.gateway.call import HttpCall
from local.gateway.errors import GatewayError
from local.gateway.http.event import authorizer_event
from local.model import Authorizer

Json = Any
"""A parsed JSON value."""


@dataclass(frozen=True, slots=True)
class SimpleResponse:
    """The answer of an authorizer; `context` becomes `requestContext.authorizer.lambda`."""

    is_authorized: bool
    context: Mapping[str, Any] | None


async def authorize(
    call: HttpCall, cache: AnswerCache[SimpleResponse], invoke: AsyncInvoke
) -> Mapping[str, Any] | None:
    """The context of the route's authorizer, None without one; raises GatewayError for a refused call.

    A simple response has no policy, so it counts for every route unless the authorizer is `per_route`.
    """
    name = call.match.route.authorizer
    if name is None:
        return None
    authorizer = call.api.authorizers[name]
    identity = _read_identity(call, authorizer)
    answer = await cache.get_or_ask(authorizer, identity, partial(_ask, call, authorizer, identity, invoke))
    if not answer.is_authorized:
        raise GatewayError("ACCESS_DENIED")
    return answer.context


def _read_identity(call: HttpCall, authorizer: Authorizer) -> Identity:
    headers = require_identity(_join_values(call, name) for name in authorizer.identity_headers)
    return (*headers, call.match.route.key) if authorizer.per_route else headers


def _join_values(call: HttpCall, name: str) -> str:
    return ",".join(value for key, value in call.request.headers if key.lower() == name.lower())


async def _ask(
    call: HttpCall, authorizer: Authorizer, identity: Identity, invoke: AsyncInvoke
) -> SimpleResponse:
    event = authorizer_event(call, identity)
    return _parse_response(await invoke_authorizer(authorizer.function, event, invoke))


def _parse_response(answer: Json) -> SimpleResponse:
    if not isinstance(answer, dict) or not isinstance(answer.get("isAuthorized"), bool):
        raise misconfigured_authorizer("isAuthorized is not true or false")
    context = answer.get("context")
    if not isinstance(context, dict | None):
        raise misconfigured_authorizer("context is not an object")
    return SimpleResponse(answer["isAuthorized"], context)
