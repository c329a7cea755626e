"""Requests and answers about customer tokens (docs/http.md, "Customer tokens")."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from parity.api_keys.rules.customer_tokens import LONGEST_SECONDS, SHORTEST_SECONDS, USUAL_SECONDS
from parity.http.declarations import Field, Response
from parity.http.models import Integer, RequestModel, ResponseModel, Timestamp

if TYPE_CHECKING:
    from parity.api_keys.rules.customer_tokens import CustomerToken


class CustomerTokenCreate(RequestModel):
    expires_in_seconds: Annotated[
        Integer, Field(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS, description="For how long it is good.")
    ] = USUAL_SECONDS

    @property
    def lifetime(self) -> timedelta:
        return timedelta(seconds=self.expires_in_seconds)


class CustomerTokenModel(ResponseModel):
    token: Annotated[
        str, Field(description="For the header `Authorization: Bearer`. It is in this answer only.")
    ]
    customer_id: Annotated[str, Field(description="Whose entitlements it reads.")]
    expires_on: Annotated[Timestamp, Field(description="From then on it is refused.")]


def token_response(text: str, token: CustomerToken) -> Response[CustomerTokenModel]:
    model = CustomerTokenModel(token=text, customer_id=token.customer_id, expires_on=token.expires_on)
    return Response(201, "application/json", model)
