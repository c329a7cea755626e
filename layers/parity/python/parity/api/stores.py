"""The stores that use cases take, put together for the handlers."""

from __future__ import annotations

import os
from functools import cache

from parity.counting import CountingStores
from parity.metered import QueryStores
from parity.plans import CatalogStores
from parity.store.buckets import bucket_store
from parity.store.checks import check_store
from parity.store.counters import counter_store
from parity.store.customers import customer_store
from parity.store.entitlements import entitlement_store
from parity.store.event_bus import event_bus
from parity.store.events import event_store
from parity.store.features import feature_store
from parity.store.meters import meter_store
from parity.store.migrations import migration_store
from parity.store.plans import plan_store
from parity.store.subscriptions import subscription_store
from parity.store.usage_records import usage_record_store
from parity.subscriptions import Stores
from parity.usage_alerts import AlertStores
from parity.usage_stream import StreamStores


def subscription_stores() -> Stores:
    return Stores(subscription_store(), entitlement_store(), plan_store())


def catalog_stores() -> CatalogStores:
    return CatalogStores(plan_store(), feature_store(), migration_store())


def counting_stores() -> CountingStores:
    return CountingStores(event_store(), bucket_store(), counter_store(), check_store())


def stream_stores() -> StreamStores:
    """For one batch, in which the meters of a name are read once."""
    alerts = AlertStores(
        usage_record_store(), customer_store(), feature_store(), event_bus(), os.environ["ORGANISATION_ID"]
    )
    return StreamStores(cache(meter_store().counting), counting_stores(), alerts)


def query_stores() -> QueryStores:
    return QueryStores(check_store(), feature_store(), bucket_store(), usage_record_store())
