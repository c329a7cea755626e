"""What the list of customers is filtered, searched and sorted by (docs/http.md, "Lists")."""

from __future__ import annotations

from typing import Annotated, Literal

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.text import MAX_CHARACTERS
from parity.customers.rules.customers import CustomerStatus
from parity.customers.rules.search_words import MAX_WORDS
from parity.http.declarations import AfterValidator, Query, WithJsonSchema

NEWEST_FIRST, OLDEST_FIRST = ORDERS = ("-createdOn", "createdOn")

StatusFilter = Annotated[Literal["active", "archived", "all"], Query(description="Which customers to list.")]
SearchText = Annotated[
    str,
    Query(
        max_length=MAX_CHARACTERS,
        description="Finds customers for whom each of these words begins a word of the name, the email or "
        f"the identifier. Case and accents do not matter. Of each customer the first {MAX_WORDS} words are "
        "searched: those of the identifier, the email, its domain, and then the name. A search needs a word "
        "of at least two characters, or a Chinese character.",
    ),
]


def _check_order(order: str) -> str:
    """Other orders would need an index of their own (docs/decisions/0064)."""
    if order and order not in ORDERS:
        raise ValueError(
            f"must be {OLDEST_FIRST} or {NEWEST_FIRST}: customers are sorted by their creation only."
        )
    return order


SortOrder = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "enum": list(ORDERS)})],
    Query(description="`createdOn` is oldest first, `-createdOn` newest first, which is the default."),
    AfterValidator(_check_order),
]


def read_status(status: str) -> CustomerStatus | None:
    """None for all customers."""
    return None if status == "all" else CustomerStatus(status)


def is_oldest_first(order: str, search: str) -> bool:
    """Raises InvalidFieldsError if an order is given with a search."""
    if order and search:
        problem = "must not be given together with a search, which has an order of its own."
        raise InvalidFieldsError(FieldProblem("sort", problem, in_query=True))
    return order == OLDEST_FIRST
