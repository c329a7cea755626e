"""Invokes authorizers, and keeps their answers for a while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from local.gateway.base import AsyncInvoke
from local.gateway.errors import GatewayError
from local.model import Authorizer, FunctionError

Clock = Callable[[], float]
Identity = tuple[str, ...]
"""What a client has sent in the identity headers of an authorizer."""

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """Answers by authorizer and identity, each for the time to live of its authorizer.

    As on AWS, an answer counts for every route of the authorizer. Requests that need the same answer at once
    have it asked for once: eight of them would start eight processes of the authorizer.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, Identity], tuple[float, Answer]] = {}
        self._asked: dict[tuple[str, Identity], asyncio.Task[Answer]] = {}

    async def get_or_ask(
        self, authorizer: Authorizer, identity: Identity, ask: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """The kept answer, or that of `ask`, which is kept from then on."""
        if not authorizer.ttl_seconds:
            return await ask()
        key = (authorizer.name, identity)
        entry = self._entries.get(key)
        if entry and self._clock() < entry[0]:
            return entry[1]
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(key, authorizer.ttl_seconds, ask))
        return await asyncio.shield(
            self._asked[key]
        )  # one client that leaves takes no answer from the others

    async def _ask(
        self, key: tuple[str, Identity], ttl_seconds: int, ask: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        try:
            answer = await ask()
            self._drop_expired()
            self._entries[key] = (self._clock() + ttl_seconds, answer)
        finally:
            del self._asked[key]
        return answer

    def _drop_expired(self) -> None:
        now = self._clock()
        self._entries = {key: entry for key, entry in self._entries.items() if entry[0] > now}


def require_identity(values: Iterable[str]) -> Identity:
    """The values of the identity headers; raises UNAUTHORIZED unless all are there."""
    identity = tuple(values)
    if not all(identity):
        raise GatewayError("UNAUTHORIZED")
    return identity


async def invoke_authorizer(function: str, event: Mapping[str, Any], invoke: AsyncInvoke) -> Any:  # noqa: ANN401 - JSON
    """The parsed answer; raises AUTHORIZER_FAILURE or, if it is not JSON, AUTHORIZER_CONFIGURATION_ERROR."""
    try:
        answer = await invoke(function, event)
    except FunctionError as error:
        raise GatewayError("AUTHORIZER_FAILURE", reason=str(error)) from error
    except TimeoutError as error:
        raise GatewayError("AUTHORIZER_FAILURE", reason=f"{function} took too long") from error
    try:
        return json.loads(answer)
    except ValueError as error:
        raise misconfigured_authorizer("the answer is not JSON") from error


def misconfigured_authorizer(reason: str) -> GatewayError:
    """The error for an authorizer's answer that has not the form that API Gateway requires."""
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", reason=reason)
