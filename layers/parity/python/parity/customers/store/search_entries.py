"""The entries of the search index: one for each token of a customer (docs/decisions/0066).

They are written after the customer and outside its transaction, so each costs one write unit. Until they are
written, and after a crash before that, they may be those of an earlier name. So a search verifies what it
finds, and the stream function settles them. Every entry holds all tokens of its customer: one Query answers a
search for several words, and a customer with two matching tokens is found once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.customers.rules.search_words import customer_tokens, searchable_beginning
from parity.customers.store import keys
from parity.dynamodb.batches import write_batch
from parity.dynamodb.optimistic import VersionChangedError, retry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parity.customers.rules.customers import Customer
    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction

    Entries = dict[tuple[str, str], Item]
    """By partition key and sort key."""


class SearchEntries:
    """`read` reads a stored customer, strongly consistent."""

    def __init__(self, table: Table, read: Callable[[str], Customer]) -> None:
        self._table = table
        self._read = read

    def replace(self, old: Customer | None, new: Customer) -> None:
        """Replaces the entries of `old` by those of `new`, which is stored; a new customer has no `old`.

        Raises VersionConflictError if the customer keeps changing.
        """
        before, after = entries_of(old), entries_of(new)
        if before != after:
            self._write(after, before)
            self._write_until_current(new, {*before, *after})

    def settle(self, customer_id: str, seen: Iterable[Customer]) -> None:
        """Makes the entries those of the customer as it is stored. Safe to repeat, and to do by several.

        `seen` is the customer as it was at other times: what is left of the entries it had then is deleted.
        Raises VersionConflictError if the customer keeps changing.
        """
        present = self._read(customer_id)
        addresses = {address for customer in (*seen, present) for address in entries_of(customer)}
        found = self._table.batch_get(map(_to_key, addresses), consistent=True)
        stored = {(item["PK"], item["SK"]): item for item in found}
        wanted = entries_of(present)
        if stored != wanted:
            self._write(wanted, stored)
            self._write_until_current(present, addresses)

    def _write(self, wanted: Entries, stored: Entries) -> None:
        changed = [entry for address, entry in wanted.items() if stored.get(address) != entry]
        write_batch(self._table, changed, map(_to_key, stored.keys() - wanted.keys()))

    def _write_until_current(self, written: Customer, addresses: set[tuple[str, str]]) -> None:
        """Writes again what somebody else's change during the writes has made wrong.

        Others may write their entries before these. So each reads the customer after its writes: whoever is
        last finds the customer that the entries should be of. `addresses` are all that may be stored.
        """
        latest, known = written, set(addresses)

        def attempt() -> None:
            nonlocal latest
            before, latest = latest, self._read(written.customer_id)
            wanted = entries_of(latest)
            if wanted != entries_of(before):
                known.update(wanted)
                write_batch(self._table, wanted.values(), map(_to_key, known - wanted.keys()))
                raise VersionChangedError

        retry(attempt)


def delete_entries(transaction: Transaction, customer: Customer) -> None:
    for address in entries_of(customer):
        transaction.delete(_to_key(address))


def entries_of(customer: Customer | None) -> Entries:
    """A token that is too short to search for has no entry."""
    tokens = customer_tokens(customer) if customer else ()
    text = "".join(f" {token}" for token in tokens)
    return {
        (keys.search_partition(beginning), keys.search_position(token, customer.id)): {
            "PK": keys.search_partition(beginning),
            "SK": keys.search_position(token, customer.id),
            "customerId": customer.customer_id,
            "customerStatus": customer.status.value,
            "tokens": text,
        }
        for token in tokens
        if customer and (beginning := searchable_beginning(token))
    }


def _to_key(address: tuple[str, str]) -> Key:
    return {"PK": address[0], "SK": address[1]}
