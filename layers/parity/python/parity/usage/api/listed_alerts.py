"""Alerts of all customers as they go over the wire, and the filters of their list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.catalog.store.features import feature_store
from parity.customers.store.customers import customer_store
from parity.http.paging import PageModel
from parity.http.time_filters import read_time_range
from parity.usage.api.alerts import ReachedThreshold, alert_fields
from parity.usage.service.listed_alerts import AlertFilter, ListedAlertStores
from parity.usage.store.listed_alerts import listed_alert_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.usage.service.listed_alerts import CustomerAlert


class ListedAlertModel(ReachedThreshold):
    """An alert of any customer, with the customer's name as it is now."""

    customer_id: str
    customer_name: str

    @classmethod
    def of(cls, row: CustomerAlert) -> Self:
        customer = row.customer
        names = {"customer_id": customer.customer_id, "customer_name": customer.name}
        return cls(**alert_fields(row.listed), **names)


ListedAlertPage = PageModel[ListedAlertModel]


def read_filter(parameters: Mapping[str, str]) -> AlertFilter:
    """Reads the filter from the query parameters by name; one that was left out is empty."""
    return AlertFilter(
        customer_id=parameters["customer_id"] or None,
        feature=parameters["feature_id"] or None,
        created=read_time_range(parameters["created_on_after"], parameters["created_on_before"]),
    )


def listed_alert_stores() -> ListedAlertStores:
    return ListedAlertStores(listed_alert_store(), customer_store(), feature_store())
