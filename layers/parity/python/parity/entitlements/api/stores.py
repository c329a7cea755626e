"""What a handler of overrides works on."""

from __future__ import annotations

from parity.catalog.store.features import feature_store
from parity.entitlements.service.overrides import OverrideStores
from parity.entitlements.store.holdings import entitlement_store
from parity.entitlements.store.overrides import override_store


def override_stores() -> OverrideStores:
    return OverrideStores(entitlement_store(), override_store(), feature_store())
