"""The stores that counting usage takes. All of them take long to import, and most reports need just two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.entitlements.store.checks import check_store
from parity.usage.service.reports import QuickStores
from parity.usage.store.reports import usage_report_store

if TYPE_CHECKING:
    from parity.usage.service.counter_setup import UsageStores


def quick_stores() -> QuickStores:
    return QuickStores(usage_report_store(), check_store(), usage_stores)


def usage_stores() -> UsageStores:
    from parity.catalog.store.features import feature_store  # noqa: PLC0415
    from parity.customers.store.customers import customer_store  # noqa: PLC0415
    from parity.entitlements.store.holdings import entitlement_store  # noqa: PLC0415
    from parity.metering.store.buckets import bucket_store  # noqa: PLC0415
    from parity.metering.store.counters import counter_store  # noqa: PLC0415
    from parity.usage.service.counter_setup import UsageStores  # noqa: PLC0415
    from parity.usage.store.reservations import reservation_store  # noqa: PLC0415

    return UsageStores(
        reports=usage_report_store(),
        counters=counter_store(),
        buckets=bucket_store(),
        entitlements=entitlement_store(),
        customers=customer_store(),
        features=feature_store(),
        reservations=reservation_store(),
    )
