"""The stores that use cases take, put together for the handlers."""

from __future__ import annotations

import os
from functools import cache

from parity.aws.event_bus import event_bus
from parity.catalog.store.features import feature_store
from parity.catalog.store.meters import meter_store
from parity.customers.store.customers import customer_store
from parity.entitlements.store.checks import check_store
from parity.metering.api.stores import counting_stores
from parity.metering.store.buckets import bucket_store
from parity.usage.service.alerts import AlertStores
from parity.usage.service.metered_features import QueryStores
from parity.usage.service.stream import StreamStores
from parity.usage.store.ended_windows import usage_record_store


def stream_stores() -> StreamStores:
    """For one batch, in which the meters of a name are read once."""
    alerts = AlertStores(
        usage_record_store(), customer_store(), feature_store(), event_bus(), os.environ["ORGANISATION_ID"]
    )
    return StreamStores(cache(meter_store().of_event), counting_stores(), alerts)


def query_stores() -> QueryStores:
    return QueryStores(check_store(), feature_store(), bucket_store(), usage_record_store())
