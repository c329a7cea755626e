"""A client of the API for demo data."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 60

Json = Any


class DemoError(Exception):
    """The demo data cannot be loaded; its text is one sentence."""


class ConflictError(DemoError):
    """The API answered 409, mostly because the resource exists already."""


class Api:
    """Sends requests with a key; raises DemoError for an error or when there is no answer."""

    def __init__(self, url: str, key: str) -> None:
        self._base = f"{url}/api/v1"
        self._key = key

    def get(self, path: str) -> Json:
        return self._send("GET", path)

    def delete(self, path: str) -> None:
        self._send("DELETE", path)

    def post(self, path: str, body: Json = None) -> Json:
        return self._send("POST", path, json.dumps(body or {}).encode())

    def put(self, path: str, body: Json) -> Json:
        return self._send("PUT", path, json.dumps(body).encode())

    def patch(self, path: str, body: Json) -> Json:
        return self._send("PATCH", path, json.dumps(body).encode())

    def post_csv(self, path: str, text: str) -> Json:
        return self._send("POST", path, text.encode(), "text/csv")

    def _send(
        self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json"
    ) -> Json:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": content_type}
        request = Request(self._base + quote(path, "/?=&,"), body, headers, method=method)  # noqa: S310 - http
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            answer = error.read().decode(errors="replace")
            kind = ConflictError if error.code == 409 else DemoError  # noqa: PLR2004 - HTTP's own number
            raise kind(f"{method} {path} answered {error.code}: {answer}") from error
        except (URLError, TimeoutError) as error:
            raise DemoError(f"{method} {path} got no answer: {error}") from error
