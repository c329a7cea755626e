"""How much a customer used, over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.periods import Period, latest_windows
from parity.metering.rules.aggregation import merge_all_tallies, result
from parity.metering.service.timeline import read_tallies
from parity.usage.rules.intervals import (
    MAX_POINTS,
    Interval,
    Point,
    UsageSeries,
    refuse_too_many_points,
    split_into_intervals,
)
from parity.usage.service.history import read_limited_windows
from parity.usage.service.metered_features import read_metered_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.metering.rules.aggregation import Tally
    from parity.usage.rules.intervals import Span
    from parity.usage.rules.window_history import WindowSequence
    from parity.usage.rules.window_limits import LimitedWindow
    from parity.usage.service.history import HistoryStores
    from parity.usage.service.metered_features import MeteredFeature
    from parity.usage.store.ended_windows import EndedWindowStore


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """`features` are identifiers or ids, in the order of the answer; None for all features."""

    customer_id: str
    features: tuple[str, ...] | None
    span: Span


def read_usage_series(stores: HistoryStores, query: SeriesQuery, now: datetime) -> list[UsageSeries]:
    """One series per feature in the query; without any, per metered feature used or entitled to.

    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError, InvalidFieldsError.
    """
    features = read_metered_features(stores.checks, stores.features, query.customer_id, query.features)
    return [_read_series(stores, feature, query.span, now) for feature in features]


def _read_series(stores: HistoryStores, feature: MeteredFeature, span: Span, now: datetime) -> UsageSeries:
    kind, usage_limit = feature.kind_and_limit(now)
    periods = _periods(span, kind)
    tallies = read_tallies(stores.buckets, feature.key, feature.aggregation, periods, now)
    windows: dict[datetime, LimitedWindow] = {}
    if span.interval is Interval.WINDOW:
        sequence = feature.window_sequence(kind, periods, now)
        windows = _read_windows(stores.ended_windows, feature, sequence)
    return UsageSeries(
        feature=feature.identifier,
        total=_total(feature, tallies),
        usage_limit=usage_limit,
        points=tuple(
            _make_point(period, result(feature.aggregation, tally), windows.get(period.start))
            for period, tally in zip(periods, tallies, strict=True)
        ),
    )


def _periods(span: Span, kind: str) -> Sequence[Period]:
    """The whole windows that overlap the span, or its intervals, which are cut to it."""
    if span.interval is not Interval.WINDOW:
        return split_into_intervals(span)
    windows = latest_windows(kind, Period(span.start, span.end), MAX_POINTS + 1)
    refuse_too_many_points(len(windows))
    return windows


def _total(feature: MeteredFeature, tallies: Iterable[Tally | None]) -> Number:
    return result(feature.aggregation, merge_all_tallies(feature.aggregation, tallies))


def _read_windows(
    store: EndedWindowStore, feature: MeteredFeature, sequence: WindowSequence
) -> dict[datetime, LimitedWindow]:
    windows = read_limited_windows(store, feature, sequence)
    return {each.window.period.start: each for each in windows}


def _make_point(period: Period, value: Number, limited: LimitedWindow | None) -> Point:
    if limited is None:
        return Point(period, value)
    return Point(period, value, limited.usage_limit, limited.window.carried)
