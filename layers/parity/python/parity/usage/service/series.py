"""How much a customer used, over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.periods import Period, windows_within
from parity.metering.rules.aggregation import merged_all, result
from parity.metering.service.timeline import tallies_in
from parity.usage.rules.intervals import MAX_POINTS, Interval, Point, UsageSeries, check_number, points
from parity.usage.service.history import limited_windows
from parity.usage.service.metered_features import metered_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from parity.core.numbers import Number
    from parity.metering.rules.aggregation import Tally
    from parity.usage.service.metered_features import Metered, QueryStores


@dataclass(frozen=True, slots=True)
class Span:
    """What time is asked for, and in which intervals of which zone."""

    start: datetime
    end: datetime
    interval: Interval
    zone: ZoneInfo


def usage_series(
    stores: QueryStores, customer_id: str, features: Iterable[str] | None, span: Span, now: datetime
) -> list[UsageSeries]:
    """One series per feature asked for, in that order; without any, per feature used or entitled to.

    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError, InvalidFieldsError.
    """
    found = metered_features(stores, customer_id, features)
    return [_series(stores, metered, span, now) for metered in found]


def _series(stores: QueryStores, metered: Metered, span: Span, now: datetime) -> UsageSeries:
    kind, usage_limit = metered.offered(now)
    periods = _periods(span, kind)
    tallies = tallies_in(stores.buckets, metered.key, metered.aggregation, periods, now)
    limits = _limits(stores, metered, kind, periods, now) if span.interval is Interval.WINDOW else {}
    return UsageSeries(
        feature=metered.name,
        total=_total(metered, tallies),
        usage_limit=usage_limit,
        points=tuple(
            Point(period, result(metered.aggregation, tally), limits.get(period.start))
            for period, tally in zip(periods, tallies, strict=True)
        ),
    )


def _periods(span: Span, kind: str) -> Sequence[Period]:
    """Windows are whole, everything else is cut to what was asked for."""
    if span.interval is not Interval.WINDOW:
        return points(span.interval, span.zone, span.start, span.end)
    windows = windows_within(kind, Period(span.start, span.end), MAX_POINTS + 1)
    check_number(len(windows))
    return windows


def _total(metered: Metered, tallies: Iterable[Tally | None]) -> Number:
    return result(metered.aggregation, merged_all(metered.aggregation, tallies))


def _limits(
    stores: QueryStores, metered: Metered, kind: str, periods: Sequence[Period], now: datetime
) -> dict[datetime, int | None]:
    windows = limited_windows(stores.records, metered, kind, periods, now)
    return {each.window.period.start: each.usage_limit for each in windows}
