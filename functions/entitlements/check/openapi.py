"""Describes the operation for docs/openapi.json, as the handler in `app.py` has no resolver that would."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from parity.entitlements.api.models import AnyEntitlement
from parity.http.app import api
from parity.http.models import ResponseModel
from parity.http.openapi import describe_responses

app = api()


class EntitlementEntry(AnyEntitlement):
    """As the client libraries know it; unlimited is a null limit that is not hard."""

    current_usage: Annotated[int | None, Field(description="Rounded up.")]
    remaining: Annotated[int | None, Field(description="Rounded down.")]


class CustomerEntitlements(ResponseModel):
    customer_id: str
    entitlements: list[EntitlementEntry]


@app.get(
    "/api/v1/entitlements",
    summary="Check a customer's entitlements",
    description="As the client libraries ask. An unknown or archived customer has an empty list.",
    tags=["Entitlements"],
    operation_id="checkEntitlements",
    responses=describe_responses(200, "One entry per feature that the customer has.", 400),
)
def check(
    customer_id: Annotated[str, Query(description="The customer's identifier.")],
    feature_id: Annotated[str | None, Query(description="Just this feature.")] = None,
) -> CustomerEntitlements:
    raise NotImplementedError
