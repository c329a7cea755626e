"""Finds entries in the search index. They may be out of date, so whoever shows a match verifies it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.customers.rules.search_words import customer_tokens, searchable_beginning
from parity.customers.store import keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import table

if TYPE_CHECKING:
    from parity.customers.rules.customers import Customer, CustomerStatus
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Search:
    """Asks for customers with a token that starts with `word`, and one for each word of `other_words`."""

    word: str
    other_words: tuple[str, ...]
    status: CustomerStatus | None

    def position_of(self, customer: Customer) -> str | None:
        """The position of the entry by which the search finds the customer; None if it does not match."""
        tokens = customer_tokens(customer)
        leading = [token for token in tokens if token.startswith(self.word)]
        others = all(any(token.startswith(word) for token in tokens) for word in self.other_words)
        if not (leading and others and self.status in {None, customer.status}):
            return None
        return keys.search_position(leading[0], customer.id)


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
        partition = keys.search_partition(searchable_beginning(search.word) or "")
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


@cache
def search_index() -> SearchIndex:
    return SearchIndex(table())
