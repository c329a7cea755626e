"""Reservations: items beside the counter that holds their sum, so that a check reads both in one Query.

Times are microseconds since 1970, to keep the items small.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.core.times import from_micros, to_iso, to_micros
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store import keys as entitlement_keys
from parity.usage.rules.errors import ReservationNotFoundError
from parity.usage.rules.reservations import Reservation, parse_reservation_id
from parity.usage.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class ReservationStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find(self, customer_id: str, reservation_id: str) -> Reservation | None:
        """Strongly consistent."""
        item = self.table.get(keys.reservation(customer_id, *parse_reservation_id(reservation_id)))
        return reservation_of(item) if item else None

    def list_of_customer(self, customer_id: str, feature: str | None = None) -> list[Reservation]:
        """Sorted by feature, expired ones that are still stored included; one strongly consistent Query."""
        prefix = keys.reservation(customer_id, feature, "") if feature else keys.reservations(customer_id)
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :prefix)",
            {":pk": prefix["PK"], ":prefix": prefix["SK"]},
            ConsistentRead=True,
        )
        return list(map(reservation_of, items))

    def find_items(self, places: Iterable[shared_keys.Key]) -> dict[tuple[str, str], Item]:
        """Those that are stored, by customer and number; strongly consistent, one request per 100.

        They are not read yet: one that cannot be read keeps no other from being read.
        """
        found = {
            entitlement_keys.reservation_of(item): item
            for item in self.table.batch_get(places, consistent=True)
        }
        return {(customer_id, number): item for (customer_id, _, number), item in found.items()}

    def release(self, reservation: Reservation, record: AnswerRecord | None = None) -> None:
        """Deletes the reservation and gives its amount back to the counter, in one transaction.

        Raises ReservationNotFoundError if it is gone, and what `keep_answer` raises.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.update(
            entitlement_keys.usage_counter(reservation.customer_id, reservation.feature),
            "SET held = held - :amount, taken = taken - :amount ADD version :one",
            "attribute_exists(PK) AND writeId <> :writeId",
            {":amount": reservation.amount, ":one": 1},
            refused=lambda _: ReservationNotFoundError(reservation.id),
        )
        delete_reservation(transaction, reservation)
        transaction.commit()


def put_reservation(transaction: Transaction, reservation: Reservation) -> None:
    transaction.put(
        _to_item(reservation),
        "attribute_not_exists(PK)",
        refused=lambda _: ReservationNotFoundError(reservation.id),
    )


def delete_reservation(transaction: Transaction, reservation: Reservation) -> None:
    """The commit may raise ReservationNotFoundError."""
    transaction.delete(
        _key(reservation),
        "attribute_exists(PK)",
        refused=lambda _: ReservationNotFoundError(reservation.id),
    )


def _key(reservation: Reservation) -> shared_keys.Key:
    return keys.reservation(reservation.customer_id, reservation.feature, reservation.number)


def _to_item(reservation: Reservation) -> Item:
    return {
        **_key(reservation),
        "duePK": keys.due_reservations_partition(shared_keys.due_shard(reservation.number)),
        "dueSK": shared_keys.due_position(to_iso(reservation.expires_on), reservation.number),
        "amount": reservation.amount,
        "createdOn": to_micros(reservation.created_on),
        "expires": to_micros(reservation.expires_on),
    }


def reservation_of(item: Item) -> Reservation:
    customer_id, feature, number = entitlement_keys.reservation_of(item)
    return Reservation(
        number=number,
        customer_id=customer_id,
        feature=feature,
        amount=item["amount"],
        created_on=from_micros(item["createdOn"]),
        expires_on=from_micros(item["expires"]),
    )


@cache
def reservation_store() -> ReservationStore:
    return ReservationStore(table())
