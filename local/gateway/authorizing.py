"""Asking a route's authorizer, and remembering what it answered."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.gateway.call import Call
from local.gateway.errors import GatewayError
from local.gateway.event import authorizer_event
from local.gateway.policy import Policy, parse_policy
from local.model import Authorizer, FunctionError

MAX_METHOD_ARN_BYTES = 1600

AsyncInvoke = Callable[[str, Mapping[str, Any]], Awaitable[bytes]]
Clock = Callable[[], float]
_Key = tuple[str, tuple[str, ...]]


class PolicyCache:
    """Policies by authorizer and identity, each for its authorizer's time to live.

    The key holds nothing of the route, so a policy is used again for other routes, as on AWS.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[_Key, tuple[float, Policy]] = {}

    def get(self, key: _Key) -> Policy | None:
        expires_at, policy = self._entries.get(key, (0.0, None))
        return policy if self._clock() < expires_at else None

    def put(self, key: _Key, policy: Policy, ttl_seconds: float) -> None:
        now = self._clock()
        self._entries = {known: entry for known, entry in self._entries.items() if entry[0] > now}
        self._entries[key] = (now + ttl_seconds, policy)


async def authorize(
    call: Call, authorizer: Authorizer, cache: PolicyCache, invoke: AsyncInvoke
) -> dict[str, Any]:
    """What the authorizer passes on to the function; raises GatewayError when the call may not go on."""
    if len(call.method_arn) > MAX_METHOD_ARN_BYTES:
        raise GatewayError("DEFAULT_4XX", status=414, message="Request URI too long")
    key = (authorizer.name, _identity(call, authorizer))
    started = time.monotonic()
    policy = cache.get(key)
    if policy is None:
        policy = await _ask(call, authorizer, invoke)
        if authorizer.ttl_seconds:
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
