"""The list of all alerts: an entry per alert, under its customer, and by month in the index of listings.

An alert itself is stored by the end of its window, so that a change finds it. Its entry is by time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.listing import query_rows
from parity.dynamodb.month_marks import MonthMarks
from parity.dynamodb.table import table
from parity.usage.rules.alerts import ListedAlert
from parity.usage.store import keys
from parity.usage.store.alerts import alert_to_item, read_alert

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.listing import FoundRows, RowRange
    from parity.dynamodb.table import Table
    from parity.usage.rules.alerts import RecordedAlert


class ListedAlertStore:
    def __init__(self, table: Table) -> None:
        self.table = table
        self._months = MonthMarks(table, keys.alert_month)

    def add(self, recorded: RecordedAlert) -> None:
        """Lists the alert; again, it changes nothing. PutItem, and once per process one for the month."""
        self._months.mark(shared_keys.month(recorded.created_on))
        self.table.put_if_absent(_to_item(recorded))

    def months(self) -> list[str]:
        """The months that have alerts, newest first; one Query, eventually consistent."""
        return self._months.list()

    def page_of_month(self, month: str, wanted: RowRange) -> FoundRows[ListedAlert]:
        """Alerts of all customers that were recorded in a month; one Query, eventually consistent."""
        return query_rows(self.table, keys.alert_listing(month), wanted, _from_item, shared_keys.LISTING)

    def page_of_customer(self, customer_id: str, wanted: RowRange) -> FoundRows[ListedAlert]:
        """Alerts of one customer; one Query, eventually consistent."""
        return query_rows(self.table, keys.listed_alerts(customer_id), wanted, _from_item)


def _to_item(recorded: RecordedAlert) -> Item:
    created_on = to_iso(recorded.created_on)
    position = shared_keys.listing_position(created_on, recorded.id)
    return {
        "PK": keys.listed_alerts(recorded.customer_id),
        "SK": position,
        "listingPK": keys.alert_listing(shared_keys.month(recorded.created_on)),
        "listingSK": position,
        "id": recorded.id,
        "customerId": recorded.customer_id,
        "feature": recorded.alert.feature,
        **alert_to_item(recorded.alert),
        "createdOn": created_on,
    }


def _from_item(item: Item) -> ListedAlert:
    return ListedAlert(
        id=item["id"],
        customer_id=item["customerId"],
        alert=read_alert(item["feature"], item),
        created_on=from_iso(item["createdOn"]),
    )


@cache
def listed_alert_store() -> ListedAlertStore:
    return ListedAlertStore(table())
