"""The models of reported usage, for the API's description."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.text import MAX_CHARACTERS
from parity.http.models import RequestModel, ResponseModel
from parity.usage.rules.reports import Behaviour

Name = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]


class UsageReportModel(RequestModel):
    """`SET` says what was used in all, `DELTA` how much more: negative to correct what was reported."""

    customer_id: Name
    feature_id: Annotated[Name, Field(description="The feature's identifier, or its id.")]
    behaviour: Behaviour
    value: Annotated[int, Field(ge=-MAX_EXACT_INTEGER, le=MAX_EXACT_INTEGER)]
    resource_id: str | None = None
    enforce: Annotated[bool, Field(description="Refuses what would pass a hard limit, with 409.")] = False


class ReportedUsage(ResponseModel):
    value: int
    customer_id: str
    feature_id: str
    behaviour: Behaviour
    resource_id: str | None
    org_id: str
    event_name: Literal["aggregated.usage"]
    idempotency_key: Annotated[str, Field(description="Made by the server.")]
    timestamp: Annotated[str, Field(examples=["2026-03-02 09:20:11.004217"])]
