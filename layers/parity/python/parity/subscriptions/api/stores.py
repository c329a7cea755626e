"""The stores of subscriptions, put together for the handlers."""

from __future__ import annotations

from parity.catalog.store.plans import plan_store
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.service.writes import SubscriptionStores
from parity.subscriptions.store.subscriptions import subscription_store


def subscription_stores() -> SubscriptionStores:
    return SubscriptionStores(subscription_store(), entitlement_store(), plan_store())
