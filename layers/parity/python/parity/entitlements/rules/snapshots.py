"""A customer's snapshot, computed from its subscriptions, overrides and grants."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parity.core.periods import Period
from parity.entitlements.rules.sources import (
    Alerts,
    FeatureSources,
    Rollover,
    Snapshot,
    Source,
    SourceKind,
    ThresholdType,
)
from parity.subscriptions.rules.subscriptions import (
    IN_USE,
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    Terms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from parity.catalog.rules.feature_types import FeatureType
    from parity.catalog.rules.plans import PlanEntitlement
    from parity.entitlements.rules.overrides import Override

BEFORE_TRIAL_END = frozenset({SubscriptionStatus.SCHEDULED, SubscriptionStatus.TRIALING})
"""The statuses in which a trial, if there is one, has not ended."""


def snapshot_of(
    subscriptions: Iterable[Subscription], overrides: Iterable[Override], *, archived: bool
) -> Snapshot:
    """The snapshot, without a revision. The order of the arguments' items makes no difference.

    An archived customer has no sources.
    """
    if archived:
        return Snapshot(archived=True, subscribed=(), features={})
    types: dict[str, tuple[FeatureType, bool]] = {}
    sources: dict[str, list[Source]] = defaultdict(list)
    subscribed = set()
    for subscription in subscriptions:
        for terms, period in _terms_with_access(subscription):
            subscribed.add((period.start, period.end))
            for entitlement in terms.entitlements:
                types[entitlement.feature] = entitlement.feature_type, entitlement.adds_up
                sources[entitlement.feature].extend(
                    _subscription_sources(subscription, terms, entitlement, period)
                )
    for override in overrides:
        types[override.feature] = override.feature_type, override.adds_up
        sources[override.feature].append(_override_source(override))
    return Snapshot(
        archived=False,
        subscribed=tuple(Period(start, end) for start, end in sorted(subscribed, key=_period_order)),
        features={
            feature: FeatureSources(
                types[feature][0], tuple(sorted(found, key=Source.sort_key)), types[feature][1]
            )
            for feature, found in sorted(sources.items())
        },
    )


def with_first_payments(subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """The subscriptions, as if those that await their first payment were paid."""
    return [
        replace(each, status=SubscriptionStatus.ACTIVE)
        if each.status is SubscriptionStatus.INCOMPLETE
        else each
        for each in subscriptions
    ]


def _period_order(times: tuple[datetime, datetime | None]) -> tuple[datetime, bool, str]:
    start, end = times
    return start, end is None, str(end)


def _terms_with_access(subscription: Subscription) -> Iterator[tuple[Terms, Period]]:
    """The terms that give access, now or later, each with its period.

    Those are the current terms, and the terms of a pending change from the end of the billing period on.
    """
    if subscription.status not in {*IN_USE, SubscriptionStatus.SCHEDULED}:
        return
    end = _end_of_access(subscription)
    change_on = subscription.period_end if subscription.change else None
    if subscription.change is None or change_on is None or (end and end <= change_on):
        yield subscription.terms, Period(subscription.started_on, end)
        return
    yield subscription.terms, Period(subscription.started_on, change_on)
    yield subscription.change, Period(change_on, end)


def _end_of_access(subscription: Subscription) -> datetime | None:
    ends = [subscription.cancel_on]
    if subscription.status is SubscriptionStatus.PAST_DUE and subscription.waiting_since:
        ends.append(subscription.waiting_since + RETRY_WINDOW)
    return min(filter(None, ends), default=None)


def _subscription_sources(
    subscription: Subscription, terms: Terms, entitlement: PlanEntitlement, period: Period
) -> Iterator[Source]:
    """One source; two if windows are counted from an anchor and a trial comes before what is paid.

    With 100 a month and a trial from 1 to 15 March: 100 in the trial, 100 from 15 March, 100 from 15 April.
    """
    start = max(period.start, _terms_began(subscription, terms, period))
    source = _subscription_source(subscription, terms, entitlement, Period(start, period.end))
    anchor = _billing_anchor(subscription, terms)
    paid = source if anchor == source.anchor else replace(source, anchor=anchor)
    if paid is source or paid.window_kind == source.window_kind:
        yield source
        return
    paid_from = subscription.trial_end or subscription.started_on
    if subscription.status in BEFORE_TRIAL_END and start < paid_from:
        yield replace(source, valid_until=min(filter(None, (period.end, paid_from))))
    if period.end is None or period.end > paid_from:
        yield replace(paid, valid_from=max(start, paid_from))


def _terms_began(subscription: Subscription, terms: Terms, period: Period) -> datetime:
    """When the subscription got these terms, which `period` is of. They give nothing before.

    A pending change has its terms from the period's start on. The present terms are as old as the last
    change, or as the first payment if that was awaited, or else as the creation, which may come after the
    start.
    """
    if terms is not subscription.terms:
        return period.start
    return subscription.changed_on or subscription.created_on


def _billing_anchor(subscription: Subscription, terms: Terms) -> datetime:
    """What the billing periods of the terms are counted from, once they are paid for."""
    is_other_period = terms.charge_period is not subscription.terms.charge_period
    if is_other_period and subscription.period_end:
        return subscription.period_end
    return subscription.anchor


def _subscription_source(
    subscription: Subscription, terms: Terms, entitlement: PlanEntitlement, period: Period
) -> Source:
    return Source(
        kind=SourceKind.SUBSCRIPTION,
        id=subscription.id,
        plan=terms.plan,
        plan_version=terms.plan_version,
        valid_from=period.start,
        valid_until=period.end,
        value=terms.value_of(entitlement),
        unlimited=entitlement.unlimited,
        hard_limit=entitlement.hard_limit and not entitlement.unlimited,
        reset=entitlement.reset,
        reset_time=entitlement.reset_time,
        anchor=subscription.started_on,
        rollover=_rollover_of(entitlement.rollover),
        alerts=_alerts_of(entitlement.usage_alerts),
    )


def _rollover_of(details: Mapping[str, Any] | None) -> Rollover | None:
    return Rollover(details["percentage"], details["limit"]) if details and details["enabled"] else None


def _alerts_of(details: Mapping[str, Any] | None) -> Alerts | None:
    if not details or not details["enabled"] or not details["thresholds"]:
        return None
    return Alerts(ThresholdType(details["threshold_type"]), tuple(sorted(set(details["thresholds"]))))


def _override_source(override: Override) -> Source:
    return Source(
        kind=override.kind,
        id=override.id,
        valid_from=max(override.valid_from, override.changed_on or override.valid_from),
        valid_until=override.expires_on,
        value=override.value,
        unlimited=override.unlimited,
        hard_limit=override.hard_limit and not override.unlimited,
        reset=override.reset,
        reset_time=override.reset_time,
        anchor=override.anchor,
        rollover=_override_rollover(override),
        alerts=_override_alerts(override),
    )


def _override_rollover(override: Override) -> Rollover | None:
    """None keeps that of the plans. One that is switched off carries nothing."""
    if override.rollover is None:
        return None
    return _rollover_of(override.rollover) or Rollover(0, None)


def _override_alerts(override: Override) -> Alerts | None:
    """None keeps those of the plans. Those that are switched off have no thresholds."""
    if override.usage_alerts is None:
        return None
    return _alerts_of(override.usage_alerts) or Alerts(ThresholdType.PERCENTAGE, ())
