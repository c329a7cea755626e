"""The stores that use cases take, put together for the handlers."""

from __future__ import annotations

import os
from functools import cache

from parity.aws.event_bus import event_bus
from parity.catalog.service.plans import CatalogStores
from parity.catalog.store.features import feature_store
from parity.catalog.store.meters import meter_store
from parity.catalog.store.migrations import migration_store
from parity.catalog.store.plans import plan_store
from parity.customers.store.customers import customer_store
from parity.entitlements.store.checks import check_store
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.service.counting import CountingStores
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from parity.subscriptions.service.subscriptions import Stores
from parity.subscriptions.store.subscriptions import subscription_store
from parity.usage.service.alerts import AlertStores
from parity.usage.service.metered_features import QueryStores
from parity.usage.service.stream import StreamStores
from parity.usage.store.ended_windows import usage_record_store


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
