"""The stores of usage by window and of usage over time."""

from __future__ import annotations

from parity.catalog.store.features import feature_store
from parity.entitlements.store.checks import check_store
from parity.metering.store.buckets import bucket_store
from parity.usage.service.history import HistoryStores
from parity.usage.store.ended_windows import ended_window_store


def history_stores() -> HistoryStores:
    return HistoryStores(check_store(), feature_store(), bucket_store(), ended_window_store())
