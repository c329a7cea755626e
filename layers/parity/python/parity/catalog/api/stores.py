"""What a handler of the catalogue works on."""

from __future__ import annotations

from parity.catalog.service.plans import CatalogStores
from parity.catalog.store.features import feature_store
from parity.catalog.store.migrations import migration_store
from parity.catalog.store.plans import plan_store


def catalog_stores() -> CatalogStores:
    return CatalogStores(plan_store(), feature_store(), migration_store())
