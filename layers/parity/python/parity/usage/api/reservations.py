"""Reservations as they go over the wire."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

from parity.core.identifiers import MAX_SLUG_CHARACTERS
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.text import MAX_CHARACTERS
from parity.http.declarations import AfterValidator, Field, Path, Response
from parity.http.idempotency import IdempotentRequest
from parity.http.models import Integer, RequestModel, ResponseModel, Timestamp
from parity.usage.rules.errors import ReservationNotFoundError
from parity.usage.rules.reservations import ReservationStatus
from parity.usage.service.reservations import ReservationDraft
from parity.usage.store.reservations import reservation_store

if TYPE_CHECKING:
    from typing import Self

    from aws_lambda_powertools.event_handler import APIGatewayRestResolver

    from parity.usage.rules.reservations import Reservation

JSON = "application/json"
DAY_SECONDS = 24 * 3600
DEFAULT_SECONDS = 600
MAX_ID_CHARACTERS = MAX_SLUG_CHARACTERS + len(".") + 32
"""Of a reservation: its feature, and 32 digits."""


def _check_length(reservation_id: str) -> str:
    """Refuses an id that is longer than a key can be, before it is looked up."""
    if not 0 < len(reservation_id) <= MAX_ID_CHARACTERS:
        raise ReservationNotFoundError(reservation_id)
    return reservation_id


ReservationId = Annotated[
    str,
    Path(alias="reservationId", description="The reservation's id."),
    AfterValidator(unquote),
    AfterValidator(_check_length),
]


class ReservationCreate(RequestModel):
    """Nothing is reserved if the amount would exceed a hard limit."""

    feature_id: Annotated[
        str, Field(min_length=1, max_length=MAX_CHARACTERS, description="Its identifier, or its id.")
    ]
    value: Annotated[Integer, Field(ge=1, le=MAX_EXACT_INTEGER)]
    expires_in_seconds: Annotated[Integer, Field(ge=1, le=DAY_SECONDS)] = DEFAULT_SECONDS

    def to_draft(self, customer_id: str) -> ReservationDraft:
        return ReservationDraft(
            customer_id=customer_id,
            feature=self.feature_id,
            amount=self.value,
            lifetime=timedelta(seconds=self.expires_in_seconds),
        )


class ReservationConfirm(RequestModel):
    """What was really used: more than was reserved, less, or nothing. Null stands for the reserved amount."""

    value: Annotated[Integer, Field(ge=0, le=MAX_EXACT_INTEGER)] | None = None


class ReservationModel(ResponseModel):
    """`value` is what was reserved, `usage` what was counted in the end: null while it is pending."""

    reservation_id: str
    customer_id: str
    feature_id: str
    status: ReservationStatus
    value: int
    usage: int | None
    expires_at: Timestamp
    created_on: Timestamp

    @classmethod
    def of(cls, reservation: Reservation) -> Self:
        return cls(
            reservation_id=reservation.id,
            customer_id=reservation.customer_id,
            feature_id=reservation.feature,
            status=reservation.status,
            value=reservation.amount,
            usage=reservation.used,
            expires_at=reservation.expires_on,
            created_on=reservation.created_on,
        )


class ReservationList(ResponseModel):
    """All that are pending."""

    count: int
    next: None = None
    previous: None = None
    results: list[ReservationModel]


def created_response(reservation: Reservation) -> Response[ReservationModel]:
    return Response(201, JSON, ReservationModel.of(reservation))


def reservation_response(reservation: Reservation) -> Response[ReservationModel]:
    return Response(200, JSON, ReservationModel.of(reservation))


def find_pending(
    app: APIGatewayRestResolver, key: str | None, customer_id: str, reservation_id: str
) -> tuple[IdempotentRequest, Reservation]:
    """Finds a pending reservation, and checks the Idempotency-Key of the request that is to settle it.

    The reservation is read before the key. So if the same request settles it in between, the key has an
    answer, and AlreadyAnsweredError is raised. Raises ReservationNotFoundError, and what `IdempotentRequest`
    raises.
    """
    reservation = reservation_store().find(customer_id, reservation_id)
    request = IdempotentRequest(app, key)
    if reservation is None:
        raise ReservationNotFoundError(reservation_id)
    return request, reservation
