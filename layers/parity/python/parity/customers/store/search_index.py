"""The search index: an entry per token of a customer, and one per first letter (docs/decisions/0001).

The entries per letter serve searches of one letter. Every entry holds all tokens of its customer. So one
Query answers a search for several words, and a customer with two matching tokens is found once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.customers.rules.search_words import customer_tokens
from parity.dynamodb import keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.customers.rules.customers import Customer, CustomerStatus
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Search:
    """Asks for customers with a token that starts with `word`, and one for each word of `other_words`."""

    word: str
    other_words: tuple[str, ...]
    status: CustomerStatus | None


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """An entry that matched, and the customer it belongs to."""

    position: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The matches of one Query. `resume_after` is the position it stopped at, None if it read all entries."""

    matches: list[SearchMatch]
    resume_after: str | None


class SearchIndex:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find_matches(self, search: Search, *, after: str | None, forward: bool, limit: int) -> SearchPage:
        """Returns the matches of one strongly consistent Query, which reads at most `limit` entries.

        Matches are in the order of tokens; in reverse order if not `forward`.
        """
        filters, values = _filter_conditions(search)
        partition = keys.search_partition(search.word)
        options: dict[str, Any] = {"ConsistentRead": True, "ScanIndexForward": forward, "Limit": limit}
        if filters:
            options["FilterExpression"] = " AND ".join(filters)
        if after:
            options["ExclusiveStartKey"] = to_wire({"PK": partition, "SK": after})
        result = self.table.query(
            "PK = :partition AND begins_with(SK, :word)",
            {":partition": partition, ":word": search.word, **values},
            **options,
        )
        return SearchPage(
            [SearchMatch(i["SK"], i["customerId"]) for i in result.items if _is_first_match(i, search.word)],
            result.last_key["SK"] if result.last_key else None,
        )


def _filter_conditions(search: Search) -> tuple[list[str], dict[str, str]]:
    values = {f":other{number}": f" {word}" for number, word in enumerate(search.other_words)}
    filters = [f"contains(tokens, {name})" for name in values]
    if search.status:
        filters.append("customerStatus = :status")
        values[":status"] = search.status.value
    return filters, values


def _is_first_match(item: Item, word: str) -> bool:
    """Whether the entry is the one of the customer's first token that starts with the word.

    A customer with several such tokens has an entry for each. Only the first is a match, so that the
    customer is found once.
    """
    tokens = item["tokens"].split()
    first = min(token for token in tokens if token.startswith(word))
    return bool(item["SK"].startswith(f"{first} "))


def replace_entries(transaction: Transaction, old: Customer | None, new: Customer) -> None:
    """Adds the writes that replace the entries of `old` by those of `new`; a new customer has no `old`."""
    before = {_key_of(entry): entry for entry in _entries(old)} if old else {}
    after = {_key_of(entry): entry for entry in _entries(new)}
    for address in before.keys() - after.keys():
        transaction.delete({"PK": address[0], "SK": address[1]})
    for address, entry in after.items():
        if before.get(address) != entry:
            transaction.put(entry)


def _entries(customer: Customer) -> Iterable[Item]:
    tokens = customer_tokens(customer)
    text = "".join(f" {token}" for token in tokens)
    first_by_letter = {token[0]: token for token in reversed(tokens)}
    partitions = [(keys.search_partition(token), token) for token in tokens]
    partitions += [(keys.search_partition(letter), token) for letter, token in first_by_letter.items()]
    for partition, token in dict.fromkeys(partitions):
        yield {
            "PK": partition,
            "SK": keys.search_position(token, customer.id),
            "customerId": customer.customer_id,
            "customerStatus": customer.status.value,
            "tokens": text,
        }


def _key_of(entry: Item) -> tuple[str, str]:
    return entry["PK"], entry["SK"]


@cache
def search_index() -> SearchIndex:
    return SearchIndex(table())
