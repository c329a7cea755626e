"""Subscriptions on the new version of their plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.migrations import Migration
    from parity.catalog.rules.plans import PlanVersion
    from parity.subscriptions.rules.subscriptions import Subscription, Terms


def migrated(terms: Terms, version: PlanVersion, *, features: bool, pricing: bool) -> Terms:
    """The terms of the new version, as far as they are migrated. Raises ValueError where that cannot be."""
    price = version.price(terms.charge_period) if pricing else terms.price
    if price is None:
        raise ValueError(f"version {version.number} has no price for {terms.charge_period}")
    entitlements = version.entitlements if features else terms.entitlements
    known = {given.feature for given in entitlements}
    return replace(
        terms,
        plan_version=version.number,
        plan_name=version.name,
        price=price,
        entitlements=entitlements,
        quantities={name: bought for name, bought in terms.quantities.items() if name in known},
    )


def migrated_subscription(
    subscription: Subscription, version: PlanVersion, migration: Migration, now: datetime
) -> Subscription:
    """On the new version; the same object if it is there, ended, or has another plan. Raises ValueError."""
    terms = subscription.terms
    if not subscription.is_live or terms.plan != version.plan or terms.plan_version >= version.number:
        return subscription
    new_terms = migrated(terms, version, features=migration.features, pricing=migration.pricing)
    next_version = subscription.version + 1
    return replace(subscription, terms=new_terms, changed_on=now, version=next_version, modified_on=now)
