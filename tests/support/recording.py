"""What handlers ask of AWS, seen as the client is about to send it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EVENT = "provide-client-params"

Request = tuple[str, dict[str, Any]]
"""The operation and its parameters."""


@contextmanager
def recorded(client: Any) -> Iterator[list[Request]]:  # noqa: ANN401 - a client of any service
    """The requests that the client makes meanwhile, in their order."""
    requests: list[Request] = []

    def record(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        requests.append((model.name, params))

    client.meta.events.register(EVENT, record)
    try:
        yield requests
    finally:
        client.meta.events.unregister(EVENT, record)
