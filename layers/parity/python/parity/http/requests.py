"""A gateway event with its body read. For Powertools' resolver there is an event with a normalised path.

Powertools matches a path parameter only if it has certain characters (docs/design.md, "Powertools"). So the
path is built again from the route's template, with percent-encoded parameters.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from parity.http.bodies import body_bytes, parse_body
from parity.http.idempotency_keys import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.http.bodies import BodyReader

ANSWER_MILLISECONDS = 3000
"""Enough to finish the transactions under way and to send a large answer."""


class Request:
    """One gateway event with its body read and its path normalised. Raises RequestRefusedError."""

    def __init__(
        self, event: Mapping[str, Any], accepts: Mapping[str, BodyReader], context: LambdaContext
    ) -> None:
        self._context = context
        self.event = event
        self.headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.path_parameters = {
            name: quote(unquote(value), safe="")
            for name, value in (event.get("pathParameters") or {}).items()
        }
        content = body_bytes(event)
        self.body: Any = self._read(content, accepts) if content else None

    @property
    def path(self) -> str:
        """The path with percent-encoded parameters."""
        path: str = self.event["resource"]
        for name, value in self.path_parameters.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def event_for_resolver(self) -> dict[str, Any]:
        """The event with the normalised path, and with the body that was read as JSON."""
        return {
            **self.event,
            "path": self.path,
            "headers": self.headers | {"content-type": "application/json"},
            "body": None if self.body is None else json.dumps(self.body),
            "isBase64Encoded": False,
        }

    def _read(self, content: bytes, accepts: Mapping[str, BodyReader]) -> Any:  # noqa: ANN401
        return parse_body(content, self.headers.get("content-type", "application/json"), accepts)

    @cached_property
    def fingerprint(self) -> str:
        """A hash that is equal for requests with the same meaning only."""
        return fingerprint(self.event["httpMethod"], self.path, self.body)

    def is_out_of_time(self) -> bool:
        """Whether the function has to stop its work to be able to answer in time."""
        return self._context.get_remaining_time_in_millis() < ANSWER_MILLISECONDS

    def url(self, query: str = "") -> str:
        """The absolute URL of this request with another query string."""
        context = self.event["requestContext"]
        scheme = self.headers.get("x-forwarded-proto", "https").split(",")[0]
        host = self.headers.get("host") or context.get("domainName", "")
        return f"{scheme}://{host}{quote(unquote(context['path']))}{'?' if query else ''}{query}"
