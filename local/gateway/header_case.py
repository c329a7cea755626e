"""Header names in the case in which the client wrote them.

ASGI has header names in lower case, but functions behind a REST API get them as the client wrote them.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.gateway.request import RAW_HEADERS

_MAX_HEAD_BYTES = 64 * 1024


class OriginalHeaderCase(HttpToolsProtocol):
    """A protocol for `uvicorn.Config(http=...)` that adds the original headers to the state of the scope.

    A head of more than 64 KB is malformed, as a client could otherwise send one without end.
    """

    _is_in_head = True
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head_bytes += len(data) if self._is_in_head else 0
        if self._head_bytes > _MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0
        # uvicorn has made the scope of this request, with a state of its own.
        self.scope["state"][RAW_HEADERS] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.scope["state"][RAW_HEADERS].append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_in_head, self._head_bytes = False, 0
        super().on_headers_complete()
