"""An event as the API's description shows it."""

from __future__ import annotations

from typing import Annotated, Any

from parity.core.text import MAX_CHARACTERS
from parity.http.declarations import Field, WithJsonSchema
from parity.http.models import RequestModel
from parity.metering.rules.events import MAX_KEY_BYTES, MAX_PROPERTIES_BYTES

Name = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]
CLIENT_TIME = (
    "^[12][0-9]{3}-(?:(?:0?[13578]|1[02])-(?:0?[1-9]|[12][0-9]|3[01])|(?:0?[469]|11)-(?:0?[1-9]|[12][0-9]|30)"
    "|0?2-(?:0?[1-9]|1[0-9]|2[0-8])) (?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9][.][0-9]{1,6}$"
)
"""The form of the client libraries, without 29 February, which no pattern knows."""

Properties = Annotated[
    dict[str, Any],
    Field(
        description=f"At most {MAX_PROPERTIES_BYTES} bytes as JSON. A number of more than 15 digits is exact "
        "as a text."
    ),
]


class EventModel(RequestModel):
    """An event that is sent again with the same customer and key counts once, at its first timestamp.

    If its new timestamp is in another hour, then only until `EventHorizonDays` after the first one, and not
    where the stack has `EventKeysAcrossHours` switched off.
    """

    customer_id: Name
    event_name: Annotated[
        Name,
        Field(description="An event with a name that no meter counts is kept, and counts for no feature."),
    ]
    idempotency_key: Annotated[Name, Field(description=f"At most {MAX_KEY_BYTES} bytes in UTF-8.")]
    timestamp: Annotated[
        str,
        WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"pattern": CLIENT_TIME}]}),
        Field(
            description="When it happened: as in RFC 3339, or as `YYYY-MM-DD HH:MM:SS.ffffff` in UTC. "
            "At most 5 minutes in the future and, unless configured otherwise, 35 days ago.",
            examples=["2026-03-02T09:20:11.004217Z"],
        ),
    ]
    properties: Properties | None = None
    resource_id: Name | None = None
