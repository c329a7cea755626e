"""Reserving usage before it is known how much it will be, then confirming or releasing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.dynamodb.idempotency import keep_answer
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.rules.reservations import Reservation, ReservationStatus
from parity.usage.service.limits import Task
from parity.usage.service.reports import count
from parity.usage.store.reservations import delete_reservation, put_reservation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from parity.catalog.store.features import FeatureStore
    from parity.core.idempotency import AnswerRecord
    from parity.customers.store.customers import CustomerStore
    from parity.dynamodb.transactions import Transaction
    from parity.usage.service.reports import QuickStores
    from parity.usage.store.reservations import ReservationStore

    Recorder = Callable[[Reservation], AnswerRecord | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationDraft:
    """What a caller gives; the feature is named by its identifier or its id."""

    customer_id: str
    feature: str
    amount: int
    lasts: timedelta


def reserve(
    stores: QuickStores, features: FeatureStore, draft: ReservationDraft, now: datetime, record: Recorder
) -> Reservation:
    """Holds back an amount if no hard limit is passed by it. Raises what an enforced `count` does."""
    reservation = Reservation(
        number=uuid4().hex,
        customer_id=draft.customer_id,
        feature=features.get(draft.feature).identifier,
        amount=draft.amount,
        created_on=now,
        expires_on=now + draft.lasts,
    )

    def together(transaction: Transaction) -> None:
        keep_answer(transaction, record(reservation))
        put_reservation(transaction, reservation)

    report = _report(reservation, value=0, held=reservation.amount)
    count(stores, Task(report=report, at=now, enforce=True, beside=together))
    return reservation


def _report(reservation: Reservation, value: int, held: int) -> Report:
    return Report(
        customer_id=reservation.customer_id,
        feature=reservation.feature,
        behaviour=Behaviour.DELTA,
        value=value,
        held=held,
    )


def confirm(
    stores: QuickStores, reservation: Reservation, value: int | None, now: datetime, record: Recorder
) -> Reservation:
    """Counts what was really used, as much as was reserved if nobody says otherwise, whatever the limit is.

    It counts in the window of now. Raises ReservationNotFoundError and what `count` does.
    """
    used = reservation.amount if value is None else value
    confirmed = replace(reservation, status=ReservationStatus.CONFIRMED, used=used)

    def together(transaction: Transaction) -> None:
        keep_answer(transaction, record(confirmed))
        delete_reservation(transaction, reservation)

    report = _report(reservation, value=used, held=-reservation.amount)
    count(stores, Task(report=report, at=now, beside=together))
    return confirmed


def release(store: ReservationStore, reservation: Reservation, record: Recorder) -> Reservation:
    """Gives back what it held. Raises ReservationNotFoundError."""
    released = replace(reservation, status=ReservationStatus.RELEASED, used=0)
    store.release(reservation, record(released))
    return released


def pending_reservations(
    customers: CustomerStore, store: ReservationStore, customer_id: str, now: datetime
) -> list[Reservation]:
    """By feature. Raises CustomerNotFoundError."""
    customers.get(customer_id)
    return [each for each in store.of_customer(customer_id) if each.is_pending(now)]
