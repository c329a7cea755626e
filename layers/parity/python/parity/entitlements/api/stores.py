"""The stores of overrides, put together for the handlers."""

from __future__ import annotations

from parity.entitlements.service.overrides import OverrideStores
from parity.entitlements.store.holdings import entitlement_store
from parity.entitlements.store.overrides import override_store


def override_stores() -> OverrideStores:
    return OverrideStores(override_store(), entitlement_store())
