"""The stores that activity needs, put together for the handlers."""

from __future__ import annotations

import os
from datetime import timedelta

from parity.activity.service.stream import StreamStores
from parity.activity.service.telling import TellingStores
from parity.activity.store.entries import entry_store
from parity.aws.event_bus import event_bus
from parity.customers.store.customers import customer_store
from parity.entitlements.store.overrides import override_store
from parity.metering.api.stores import window_stores


def stream_stores() -> StreamStores:
    retention = timedelta(days=int(os.environ["ACTIVITY_RETENTION_DAYS"]))
    telling = TellingStores(
        entries=entry_store(),
        customers=customer_store(),
        overrides=override_store(),
        bus=event_bus(),
        organisation=os.environ["ORGANISATION_ID"],
        retention=retention,
    )
    return StreamStores(window_stores(), telling)
