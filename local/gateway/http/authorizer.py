"""Asking a route's authorizer, and remembering what it answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.gateway.authorizer_answers import AnswerCache
from local.gateway.base import AsyncInvoke
from local.gateway.errors import GatewayError
from local.gateway.http.call import Call
from local.gateway.http.event import authorizer_event
from local.model import Authorizer, FunctionError


@dataclass(frozen=True, slots=True)
class SimpleAnswer:
    """An authorizer's simple response; `context` becomes `requestContext.authorizer.lambda`."""

    is_authorized: bool
    context: Mapping[str, Any] | None


async def authorize(
    call: Call, authorizer: Authorizer, cache: AnswerCache[SimpleAnswer], invoke: AsyncInvoke
) -> Mapping[str, Any] | None:
    """The authorizer's context; raises GatewayError when the call may not go on.

    What is remembered of one route goes for every other, unless the authorizer's answers are `per_route`: a
    simple response has no policy that could tell routes apart.
    """
    identity = _identity(call, authorizer)
    key = (authorizer.name, identity)
    answer = cache.get(key)
    if answer is None:
        answer = await _ask(call, authorizer, identity, invoke)
        cache.put(key, answer, authorizer.ttl_seconds)
    if not answer.is_authorized:
        raise GatewayError("ACCESS_DENIED")
    return answer.context


def _identity(call: Call, authorizer: Authorizer) -> tuple[str, ...]:
    headers = tuple(_header(call, name) for name in authorizer.identity_headers)
    if not all(headers):
        raise GatewayError("UNAUTHORIZED")
    return (*headers, call.match.route.key) if authorizer.per_route else headers


def _header(call: Call, name: str) -> str:
    return ",".join(value for key, value in call.request.headers if key.lower() == name.lower())


async def _ask(
    call: Call, authorizer: Authorizer, identity: tuple[str, ...], invoke: AsyncInvoke
) -> SimpleAnswer:
    try:
        answer = await invoke(authorizer.function, authorizer_event(call, identity))
    except FunctionError as error:
        raise GatewayError("AUTHORIZER_FAILURE", reason=str(error)) from error
    except TimeoutError as error:
        raise GatewayError("AUTHORIZER_FAILURE", reason=f"{authorizer.function} took too long") from error
    return _parsed(answer)


def _parsed(answer: bytes) -> SimpleAnswer:
    try:
        fields = json.loads(answer)
    except ValueError as error:
        raise _misconfigured("the answer is not JSON") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("isAuthorized"), bool):
        raise _misconfigured("isAuthorized is not true or false")
    context = fields.get("context")
    if not isinstance(context, dict | None):
        raise _misconfigured("context is not an object")
    return SimpleAnswer(fields["isAuthorized"], context)


def _misconfigured(reason: str) -> GatewayError:
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", reason=reason)
