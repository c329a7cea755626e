"""The public client library. Its asynchronous client can be called like the synchronous one."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from pydantic import PydanticDeprecatedSince212

with warnings.catch_warnings():
    # The library's own models; it loads them when the first client is made, which is too late to say so.
    warnings.simplefilter("ignore", PydanticDeprecatedSince212)
    import paritydeals_sdk.models.checkout
    import paritydeals_sdk.models.subscription  # noqa: F401 - for what it loads
    from paritydeals_sdk import ParityDeals

Customers = Any
"""The library's operations on customers. It ships no types."""

Subscription = Any
"""The library's operations on subscriptions."""

Library = Any
"""The library's client with all its operations: `customers`, `subscription`, `entitlements`."""


class _Blocking:
    """Runs each asynchronous operation to its end."""

    def __init__(self, operations: Any, runner: asyncio.Runner) -> None:  # noqa: ANN401
        self._operations = operations
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = getattr(self._operations, name)
        return lambda *args, **named: self._runner.run(operation(*args, **named))


class _BlockingLibrary:
    """The asynchronous client with operations that are callable like the synchronous one's."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:  # noqa: ANN401
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> _Blocking:
        return _Blocking(getattr(self._client, name), self._runner)


@contextmanager
def open_synchronous_library(access_token: str, base_url: str, edge_api_url: str) -> Iterator[Library]:
    with ParityDeals.create_sync_client(access_token, base_url=base_url, edge_api_url=edge_api_url) as client:
        yield client


@contextmanager
def open_asynchronous_library(access_token: str, base_url: str, edge_api_url: str) -> Iterator[Library]:
    client: Any = ParityDeals.create_async_client(access_token, base_url=base_url, edge_api_url=edge_api_url)
    with asyncio.Runner() as runner:
        yield _BlockingLibrary(client, runner)
        runner.run(client.aclose())


OPEN_LIBRARY: dict[str, Callable[[str, str, str], AbstractContextManager[Library]]] = {
    "sync": open_synchronous_library,
    "async": open_asynchronous_library,
}
"""Each takes an API key, the address of the API and that of checks."""

every_client = pytest.mark.parametrize("client_kind", OPEN_LIBRARY, indirect=True, scope="module")
"""Runs a test with the synchronous and with the asynchronous client; other tests use the synchronous one."""

every_gateway = pytest.mark.parametrize("checks_url", ["edge", "core"], indirect=True, scope="module")
"""Runs a test with checks on the edge and on the core; other tests use the edge."""
