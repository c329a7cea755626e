"""The stores that counting needs, put together for the handlers."""

from __future__ import annotations

from parity.entitlements.store.checks import check_store
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.service.counters import CountingStores
from parity.metering.service.windows import WindowStores
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store


def counting_stores() -> CountingStores:
    return CountingStores(event_store(), bucket_store(), counter_store(), check_store())


def window_stores() -> WindowStores:
    return WindowStores(entitlement_store(), counter_store())
