"""Subscriptions, what they are to, and what follows from them, as tests write them down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.features import FeatureType
from parity.catalog.rules.plans import PlanEntitlement, Price, PriceType
from parity.core.periods import ChargePeriod, Reset, ResetTime
from parity.entitlements.rules.overrides import Adjustment
from parity.entitlements.rules.sources import Source, SourceKind
from parity.subscriptions.rules import changes
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Terms,
    advance_subscription,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
"""The shortest time there is."""


def given(
    feature: str = "exports",
    value: int | None = 100,
    feature_type: FeatureType = FeatureType.METER,
    **details: Any,  # noqa: ANN401
) -> PlanEntitlement:
    return PlanEntitlement(feature=feature, feature_type=feature_type, value=value, **details)


def terms(
    *entitlements: PlanEntitlement,
    period: ChargePeriod = ChargePeriod.MONTHLY,
    plan: str = "pro",
    quantities: Mapping[str, int] | None = None,
    trial_days: int = 0,
) -> Terms:
    return Terms(
        plan=plan,
        plan_version=1,
        plan_name=plan.title(),
        price=Price(charge_period=period, price_type=PriceType.PAID, amount="20.00", trial_days=trial_days),
        entitlements=entitlements,
        quantities=quantities or {},
    )


def subscription(
    *entitlements: PlanEntitlement,
    start: datetime = START,
    now: datetime | None = None,
    trial_end: datetime | None = None,
    awaits_payment: bool = False,
    subscription_id: str = "sub-1",
    **of_terms: Any,  # noqa: ANN401
) -> Subscription:
    """One that has just been created; `now` is the start unless given."""
    return changes.start_subscription(
        terms(*entitlements, **of_terms),
        changes.Start(
            id=subscription_id,
            customer_id="acme",
            date=start,
            trial_end=trial_end,
            awaits_payment=awaits_payment,
        ),
        now or start,
    )


def in_status(status: SubscriptionStatus, **of_subscription: Any) -> Subscription:  # noqa: ANN401
    """A subscription in that status. All but a scheduled one started at START; trials last 14 days."""
    fresh = subscription(**of_subscription)
    trial_end = START + 14 * DAY
    made = {
        SubscriptionStatus.SCHEDULED: lambda: subscription(now=START - DAY, **of_subscription),
        SubscriptionStatus.INCOMPLETE: lambda: subscription(awaits_payment=True, **of_subscription),
        SubscriptionStatus.INCOMPLETE_EXPIRED: lambda: advance_subscription(
            subscription(awaits_payment=True, **of_subscription), START + DAY
        ),
        SubscriptionStatus.TRIALING: lambda: subscription(trial_end=trial_end, **of_subscription),
        SubscriptionStatus.ACTIVE: lambda: fresh,
        SubscriptionStatus.PAST_DUE: lambda: changes.apply_failed_payment(fresh, START),
        SubscriptionStatus.CANCELED: lambda: changes.apply_cancellation(fresh, None, START, {}),
        SubscriptionStatus.SUPERSEDED: lambda: changes.record_superseded_terms(fresh, id="sub-0", now=START),
    }
    return made[status]()


def adjustment(
    kind: SourceKind = SourceKind.GRANT,
    feature: str = "exports",
    value: int | None = 10,
    feature_type: FeatureType = FeatureType.METER,
    **details: Any,  # noqa: ANN401
) -> Adjustment:
    defaults = {
        "unlimited": False,
        "hard_limit": True,
        "reset": Reset.NEVER,
        "reset_time": ResetTime.BEGINNING_OF_PERIOD,
        "note": None,
        "created_on": START,
        "expires_on": None,
    }
    return Adjustment(
        kind=kind, feature=feature, feature_type=feature_type, value=value, **{**defaults, **details}
    )


def source(
    value: int | None = 100,
    kind: SourceKind = SourceKind.SUBSCRIPTION,
    **details: Any,  # noqa: ANN401
) -> Source:
    """Valid from START on, its limit hard where it has one, unless told otherwise."""
    unlimited = details.get("unlimited", False)
    defaults = {
        "id": f"{kind}-1",
        "valid_from": START,
        "valid_until": None,
        "hard_limit": not unlimited,
        "anchor": START,
    }
    return Source(kind=kind, value=None if unlimited else value, **{**defaults, **details})
