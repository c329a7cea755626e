"""The `listing` index: what was created in a month, by time of creation."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from parity.core.paging import ListedPage
from parity.dynamodb import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

Row = TypeVar("Row")


def listed_page(  # noqa: PLR0913 - all but the first three are named
    table: Table,
    partition: str,
    from_item: Callable[[Item], Row],
    *,
    after: str | None,
    newest_first: bool,
    limit: int,
) -> ListedPage[Row]:
    """Rows beyond a position with their positions; one Query, eventually consistent."""
    beyond = f" AND listingSK {'<' if newest_first else '>'} :after" if after else ""
    result = table.query(
        f"listingPK = :partition{beyond}",
        {":partition": partition, ":after": after},
        IndexName=keys.LISTING,
        ScanIndexForward=not newest_first,
        Limit=limit,
    )
    rows = [(item["listingSK"], from_item(item)) for item in result.items]
    return ListedPage(rows, more=result.last_key is not None)
