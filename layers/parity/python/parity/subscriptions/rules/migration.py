"""Subscriptions, and their changes to come, on the new version of their plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.subscriptions.rules.subscriptions import next_version

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.migrations import MigrationScope
    from parity.catalog.rules.plans import PlanVersion
    from parity.subscriptions.rules.subscriptions import Subscription, Terms


def migrate_terms(terms: Terms, version: PlanVersion, *, features: bool, pricing: bool) -> Terms:
    """The terms with the features, the prices, or both of the plan's new version.

    A quantity of a feature that the new version lacks is dropped. Raises ValueError where prices are migrated
    and the new version has none for the charge period.
    """
    price = version.price(terms.charge_period) if pricing else terms.price
    if price is None:
        raise ValueError(f"version {version.number} has no price for {terms.charge_period}")
    entitlements = version.entitlements if features else terms.entitlements
    known = {entitlement.feature for entitlement in entitlements}
    return replace(
        terms,
        plan_version=version.number,
        plan_name=version.name,
        price=price,
        entitlements=entitlements,
        quantities={name: bought for name, bought in terms.quantities.items() if name in known},
    )


def migrate_subscription(
    subscription: Subscription, version: PlanVersion, scope: MigrationScope, now: datetime
) -> Subscription:
    """The subscription on the plan's new version.

    The same object if it has that version already, has ended, or has another plan. Raises ValueError.
    """
    if not subscription.is_live:
        return subscription
    terms = _migrate_older(subscription.terms, version, scope)
    if terms is subscription.terms:
        return subscription
    change = None if subscription.change == terms else subscription.change
    return next_version(replace(subscription, terms=terms, change=change, changed_on=now), now)


def migrate_changes_to_come(
    subscription: Subscription, version: PlanVersion, scope: MigrationScope, now: datetime
) -> Subscription:
    """The subscription with its pending and its unpaid change to the plan's new version.

    The same object if it has neither, or none to an older version of the plan. Raises ValueError.
    """
    pending, unpaid = subscription.change, subscription.unpaid_change
    change = _migrate_older(pending, version, scope) if pending else None
    if unpaid:
        unpaid = replace(unpaid, terms=_migrate_older(unpaid.terms, version, scope))
    migrated = replace(
        subscription, change=None if change == subscription.terms else change, unpaid_change=unpaid
    )
    return subscription if migrated == subscription else next_version(migrated, now)


def _migrate_older(terms: Terms, version: PlanVersion, scope: MigrationScope) -> Terms:
    """The same object if the terms are of another plan, or have that version already."""
    if terms.plan != version.plan or terms.plan_version >= version.number:
        return terms
    return migrate_terms(terms, version, features=scope.features, pricing=scope.pricing)
