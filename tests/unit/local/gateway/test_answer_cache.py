"""Answers of authorizers that several requests need at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from local.gateway.authorizer_answers import AnswerCache
from local.model import Authorizer
from tests.unit.local.gateway.apis import Kind

IDENTITY = ("Bearer sk_1",)


class Authorizations:
    """Answers when it is told to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.fails = False

    async def ask(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        if self.fails:
            raise RuntimeError
        return self.asked


@pytest.fixture
def authorizer(kind: Kind) -> Authorizer:
    return kind.api.authorizers["Keys"]


async def start_requests(
    cache: AnswerCache[int], authorizer: Authorizer, asked: Authorizations, number: int
) -> list[asyncio.Task[int]]:
    """Requests that wait for their answer."""
    waiting = [
        asyncio.ensure_future(cache.get_or_ask(authorizer, IDENTITY, asked.ask)) for _ in range(number)
    ]
    await asyncio.sleep(0)
    return waiting


def test_requests_at_once_have_an_answer_asked_for_once(authorizer: Authorizer) -> None:
    async def run() -> None:
        asked = Authorizations()
        waiting = await start_requests(AnswerCache(), authorizer, asked, 8)
        asked.may_answer.set()
        assert await asyncio.gather(*waiting) == [1] * 8
        assert asked.asked == 1

    asyncio.run(run())


def test_without_a_time_to_live_each_request_has_its_own_answer(authorizer: Authorizer) -> None:
    async def run() -> None:
        asked = Authorizations()
        await start_requests(AnswerCache(), replace(authorizer, ttl_seconds=0), asked, 3)
        assert asked.asked == 3

    asyncio.run(run())


def test_a_failure_reaches_all_that_wait_and_is_not_kept(authorizer: Authorizer) -> None:
    async def run() -> None:
        asked, cache = Authorizations(), AnswerCache[int]()
        asked.fails = True
        waiting = await start_requests(cache, authorizer, asked, 3)
        asked.may_answer.set()
        failures = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(failure) for failure in failures] == [RuntimeError] * 3
        asked.fails = False
        assert await cache.get_or_ask(authorizer, IDENTITY, asked.ask) == 2

    asyncio.run(run())


def test_a_client_that_leaves_takes_no_answer_from_the_others(authorizer: Authorizer) -> None:
    async def run() -> None:
        asked = Authorizations()
        first, second = await start_requests(AnswerCache(), authorizer, asked, 2)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        asked.may_answer.set()
        assert await second == 1

    asyncio.run(run())
