"""The stores that use cases take, put together for the handlers."""

from __future__ import annotations

from parity.plans import CatalogStores
from parity.store.entitlements import entitlement_store
from parity.store.features import feature_store
from parity.store.migrations import migration_store
from parity.store.plans import plan_store
from parity.store.subscriptions import subscription_store
from parity.subscriptions import Stores


def subscription_stores() -> Stores:
    return Stores(subscription_store(), entitlement_store(), plan_store())


def catalog_stores() -> CatalogStores:
    return CatalogStores(plan_store(), feature_store(), migration_store())
