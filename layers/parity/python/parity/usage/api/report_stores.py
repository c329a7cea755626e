"""The stores of reported usage. Most reports need two; the others are slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.entitlements.store.checks import check_store
from parity.usage.service.reports import ReportStores
from parity.usage.store.reports import usage_report_store

if TYPE_CHECKING:
    from parity.usage.service.counter_setup import SetupStores


def report_stores() -> ReportStores:
    return ReportStores(usage_report_store(), check_store(), setup_stores)


def setup_stores() -> SetupStores:
    from parity.catalog.store.features import feature_store  # noqa: PLC0415
    from parity.customers.store.customers import customer_store  # noqa: PLC0415
    from parity.metering.store.counters import counter_store  # noqa: PLC0415
    from parity.usage.service.counter_setup import SetupStores  # noqa: PLC0415
    from parity.usage.store.reservations import reservation_store  # noqa: PLC0415

    return SetupStores(
        reports=usage_report_store(),
        counters=counter_store(),
        checks=check_store(),
        customers=customer_store(),
        features=feature_store(),
        reservations=reservation_store(),
    )
