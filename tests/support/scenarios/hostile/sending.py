"""Sends hostile requests as they are, and reads what they are refused with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.support.engines.raw_http import RawAnswer, send_raw
from tests.support.scenarios.hostile.hostile_request import HostileRequest, Refusal


@dataclass(frozen=True, slots=True)
class Door:
    """A gateway, a key for it, and the ids that the server chose by those in the samples."""

    url: str
    key: str
    ids: Mapping[str, str]

    def send(self, request: HostileRequest) -> RawAnswer:
        content = self._with_ids(request.content if isinstance(request.content, bytes) else request.content())
        headers = {"Host": "x", "Connection": "close", "Authorization": f"Bearer {self.key}"}
        headers |= {"Content-Length": str(len(content)), **dict(request.headers)}
        target = self._with_ids(f"{urlsplit(self.url).path}{request.target}".encode())
        lines = [request.method.encode() + b" " + target + b" HTTP/1.1"]
        lines += [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in headers.items()]
        return send_raw(self.url, b"\r\n".join([*lines, b"", content]))

    def _with_ids(self, text: bytes) -> bytes:
        for sample, real in self.ids.items():
            text = text.replace(sample.encode(), real.encode())
        return text


def is_refused(answer: RawAnswer, refusal: Refusal) -> bool:
    """Whether this is what the answer says of the whole request, or of the only row of a batch."""
    problem: dict[str, Any] = json.loads(answer.body)
    if answer.status == 200:
        (problem,) = problem["results"]
    named = {error.get("pointer", error.get("parameter")) for error in problem.get("errors") or ()}
    is_named = refusal.field in named if refusal.field else not named
    return (answer.status, problem["code"]) == refusal[:2] and is_named
