"""The ids that a gateway gives to a request."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of one request, and when it was received in seconds since the epoch.

    An HTTP API has one id only: the one that a REST API calls the extended request id.
    """

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    extended_request_id: str = field(default_factory=lambda: f"{secrets.token_urlsafe(11)}=")
    received_at: float = field(default_factory=time.time)

    @property
    def request_time(self) -> str:
        """In the form of events, such as `09/Apr/2026:12:34:56 +0000`."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.received_at))

    @property
    def request_time_epoch_ms(self) -> int:
        return int(self.received_at * 1000)
