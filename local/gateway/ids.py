"""The ids that a gateway gives to a request."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of one request and when it came, in seconds since the epoch.

    An HTTP API knows a request only by what a REST API calls its extended id.
    """

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extended_request_id: str = field(default_factory=lambda: f"{secrets.token_urlsafe(11)}=")
    received_at: float = field(default_factory=time.time)

    @property
    def received(self) -> str:
        """When the request came, as events write it."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.received_at))

    @property
    def received_epoch_ms(self) -> int:
        """When the request came, in milliseconds."""
        return int(self.received_at * 1000)
