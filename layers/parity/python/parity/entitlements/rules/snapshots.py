"""Which sources the subscriptions, overrides and grants of a customer amount to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

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
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from parity.catalog.rules.features import FeatureType
    from parity.catalog.rules.plans import PlanEntitlement
    from parity.entitlements.rules.overrides import Adjustment


def snapshot_of(
    subscriptions: Iterable[Subscription], adjustments: Iterable[Adjustment], *, archived: bool
) -> Snapshot:
    """The order of subscriptions and adjustments makes no difference. Archived customers have nothing."""
    if archived:
        return Snapshot(archived=True, subscribed=(), features={})
    types: dict[str, FeatureType] = {}
    sources: dict[str, list[Source]] = defaultdict(list)
    subscribed = set()
    for subscription in subscriptions:
        for terms, period in _parts(subscription):
            subscribed.add((period.start, period.end))
            for given in terms.entitlements:
                types[given.feature] = given.feature_type
                sources[given.feature].append(_subscribed(subscription, terms, given, period))
    for adjustment in adjustments:
        types[adjustment.feature] = adjustment.feature_type
        sources[adjustment.feature].append(_adjusted(adjustment))
    return Snapshot(
        archived=False,
        subscribed=tuple(Period(start, end) for start, end in sorted(subscribed, key=_by_start)),
        features={
            feature: FeatureSources(types[feature], tuple(sorted(found, key=_order)))
            for feature, found in sorted(sources.items())
        },
    )


def _by_start(times: tuple[datetime, datetime | None]) -> tuple[datetime, bool, str]:
    return times[0], times[1] is None, str(times[1])


def _order(source: Source) -> tuple[str, str, datetime]:
    return source.kind, source.id, source.valid_from


def _parts(subscription: Subscription) -> Iterator[tuple[Terms, Period]]:
    """The terms that give access, now or later, and when: those of today, and those of a pending change."""
    if subscription.status not in {*IN_USE, SubscriptionStatus.SCHEDULED}:
        return
    end = _access_end(subscription)
    change_on = subscription.period_end if subscription.change else None
    if subscription.change is None or change_on is None or (end and end <= change_on):
        yield subscription.terms, Period(subscription.started_on, end)
        return
    yield subscription.terms, Period(subscription.started_on, change_on)
    yield subscription.change, Period(change_on, end)


def _access_end(subscription: Subscription) -> datetime | None:
    ends = [subscription.cancel_on]
    if subscription.status is SubscriptionStatus.PAST_DUE and subscription.waiting_since:
        ends.append(subscription.waiting_since + RETRY_WINDOW)
    return min(filter(None, ends), default=None)


def _subscribed(subscription: Subscription, terms: Terms, given: PlanEntitlement, period: Period) -> Source:
    return Source(
        kind=SourceKind.SUBSCRIPTION,
        id=subscription.id,
        plan=terms.plan,
        plan_version=terms.plan_version,
        valid_from=period.start,
        valid_until=period.end,
        value=terms.value_of(given),
        unlimited=given.unlimited,
        hard_limit=given.hard_limit and not given.unlimited,
        reset=given.reset,
        reset_time=given.reset_time,
        anchor=subscription.started_on,
        changed_on=subscription.changed_on if terms is subscription.terms else None,
        rollover=_rollover(given),
        alerts=_alerts(given),
    )


def _rollover(given: PlanEntitlement) -> Rollover | None:
    details = given.rollover
    return Rollover(details["percentage"], details["limit"]) if details and details["enabled"] else None


def _alerts(given: PlanEntitlement) -> Alerts | None:
    details = given.usage_alerts
    if not details or not details["enabled"] or not details["thresholds"]:
        return None
    return Alerts(ThresholdType(details["threshold_type"]), tuple(sorted(set(details["thresholds"]))))


def _adjusted(adjustment: Adjustment) -> Source:
    return Source(
        kind=adjustment.kind,
        id=adjustment.feature,
        valid_from=adjustment.created_on,
        valid_until=adjustment.expires_on,
        value=adjustment.value,
        unlimited=adjustment.unlimited,
        hard_limit=adjustment.hard_limit and not adjustment.unlimited,
        reset=adjustment.reset,
        reset_time=adjustment.reset_time,
        anchor=adjustment.created_on,
    )
