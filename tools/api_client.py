"""A client of a running Parity, for tools that work from outside."""

from __future__ import annotations

import os
import sys
from typing import Any

import httpx

REQUEST_SECONDS = 30
"""A gateway gives up after 29 seconds."""

Json = dict[str, Any]


class ApiError(Exception):
    """An answer that was not expected, or none; its text is one sentence."""


class Api:
    """Sends requests below `/api/v1`; any answer that was not expected is an ApiError."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=REQUEST_SECONDS,
        )

    def close(self) -> None:
        """Closes its connections."""
        self._client.close()

    def get(self, path: str, *also: int, **parameters: str) -> httpx.Response:
        """Reads. A success is expected, and so are the statuses `also`."""
        return self._send("GET", path, also, params=parameters or None)

    def post(self, path: str, body: Json, *also: int) -> httpx.Response:
        return self._send("POST", path, also, json=body)

    def patch(self, path: str, body: Json) -> httpx.Response:
        return self._send("PATCH", path, (), json=body)

    def delete(self, path: str, *also: int) -> None:
        self._send("DELETE", path, also)

    def _send(self, method: str, path: str, also: tuple[int, ...], **content: Any) -> httpx.Response:  # noqa: ANN401
        try:
            answer = self._client.request(method, path, **content)
        except httpx.HTTPError as error:
            raise ApiError(f"{method} {path} got no answer: {error!r}.") from error
        if not answer.is_success and answer.status_code not in also:
            raise ApiError(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer


def read_address(command: str) -> tuple[str, str]:
    """The URL and the key from the environment, where no other user sees the key. Exits if one is missing."""
    url, key = os.environ.get("URL"), os.environ.get("KEY")
    if not (url and key):
        sys.exit(f"Say where and with which key: {command} URL=http://127.0.0.1:3000 KEY=sk_...")
    return url, key
