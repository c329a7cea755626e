"""Header names in the case in which the client wrote them.

ASGI has header names in lower case, but functions behind a REST API get them as the client wrote them.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from local.gateway.request import RAW_HEADERS

_MAX_HEAD_BYTES = 64 * 1024


class OriginalHeaderCase(H11Protocol):
    """A protocol for `uvicorn.Config(http=...)` that adds the original headers to the state of the scope."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, dict(app_state), _loop)
        self.conn = _Connection(self.app_state)


class _Connection(h11.Connection):
    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__(h11.SERVER, _MAX_HEAD_BYTES)
        self._state = state

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        event = super().next_event()
        if isinstance(event, h11.Request):
            # uvicorn copies this state into the scope that it makes of this event.
            self._state[RAW_HEADERS] = event.headers.raw_items()
        return event
