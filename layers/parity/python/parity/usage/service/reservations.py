"""Reserving usage before it is known how much it will be, then confirming or releasing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.dynamodb.idempotency import keep_answer
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.rules.reservations import Reservation, ReservationStatus
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report
from parity.usage.store.reservations import delete_reservation, put_reservation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from parity.catalog.store.features import FeatureStore
    from parity.core.idempotency import AnswerRecord
    from parity.customers.store.customers import CustomerStore
    from parity.dynamodb.transactions import Transaction
    from parity.usage.service.reports import ReportStores
    from parity.usage.store.reservations import ReservationStore

    Recorder = Callable[[Reservation], AnswerRecord | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationDraft:
    """A reservation to make; `feature` is an identifier or an id."""

    customer_id: str
    feature: str
    amount: int
    lifetime: timedelta


def reserve_usage(
    stores: ReportStores, features: FeatureStore, draft: ReservationDraft, now: datetime, record: Recorder
) -> Reservation:
    """Reserves an amount if that passes no hard limit. Raises what an enforced `count_report` does."""
    reservation = Reservation(
        number=uuid4().hex,
        customer_id=draft.customer_id,
        feature=features.get(draft.feature).identifier,
        amount=draft.amount,
        created_on=now,
        expires_on=now + draft.lifetime,
    )

    def add_writes(transaction: Transaction) -> None:
        keep_answer(transaction, record(reservation))
        put_reservation(transaction, reservation)

    report = _report_of(reservation, value=0, reserved=reservation.amount)
    count_report(stores, CountRequest(report=report, at=now, enforce=True, add_writes=add_writes))
    return reservation


def _report_of(reservation: Reservation, value: int, reserved: int) -> Report:
    return Report(
        customer_id=reservation.customer_id,
        feature=reservation.feature,
        behaviour=Behaviour.DELTA,
        value=value,
        reserved=reserved,
    )


def confirm_reservation(
    stores: ReportStores, reservation: Reservation, value: int | None, now: datetime, record: Recorder
) -> Reservation:
    """Counts `value`, or the reserved amount, in place of what was reserved, whatever the limit is.

    Usage counts in the current window. Raises ReservationNotFoundError and what `count_report` does.
    """
    used = reservation.amount if value is None else value
    confirmed = replace(reservation, status=ReservationStatus.CONFIRMED, used=used)

    def add_writes(transaction: Transaction) -> None:
        keep_answer(transaction, record(confirmed))
        delete_reservation(transaction, reservation)

    report = _report_of(reservation, value=used, reserved=-reservation.amount)
    count_report(stores, CountRequest(report=report, at=now, add_writes=add_writes))
    return confirmed


def release_reservation(store: ReservationStore, reservation: Reservation, record: Recorder) -> Reservation:
    """Gives back the reserved amount. Raises ReservationNotFoundError."""
    released = replace(reservation, status=ReservationStatus.RELEASED, used=0)
    store.release(reservation, record(released))
    return released


def list_pending_reservations(
    customers: CustomerStore, store: ReservationStore, customer_id: str, now: datetime
) -> list[Reservation]:
    """Sorted by feature. Raises CustomerNotFoundError."""
    customers.get(customer_id)
    return [each for each in store.list_of_customer(customer_id) if each.is_pending(now)]
