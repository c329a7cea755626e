"""The history of a meter's sources: what a snapshot keeps of sources that have ended or were changed.

What a customer has left follows from the history of its sources and its usage (docs/entitlements.md). A
source that was changed ends, and another one begins. The ended one is kept until the usage of its time is
settled. Without any usage, it is kept if any source of the feature rolls over, and dropped if none does. Of
many, only what follows from them is kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.entitlements.rules.settlement import settle
from parity.entitlements.rules.sources import FeatureSources, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parity.entitlements.rules.sources import Snapshot


MAX_CLOCK_SKEW = timedelta(minutes=1)
"""By how much the clocks of two functions may differ."""

MAX_ENDED = 8
"""How many ended sources of a feature are kept. With more, what follows from them is kept instead."""


def with_history(
    fresh: Snapshot, stored: Snapshot | None, at: datetime, settled_on: Mapping[str, datetime]
) -> Snapshot:
    """The fresh snapshot, with ended sources of meters that still matter and old starts of unchanged ones.

    `at` is the moment of the change. `settled_on` says until when the usage of each feature is settled. A
    feature is missing from it if nothing of it was ever used. An archived customer keeps the snapshot as it
    was. It is needed once the customer is unarchived.

    100 a month become 200 on 15 February: if usage was settled on 10 February, both are in the snapshot,
    and if it was settled on 20 February, only the 200 are.
    """
    if stored is None:
        return fresh
    if fresh.archived:
        return replace(stored, archived=True)
    features = {}
    for name in sorted({*fresh.features, *stored.features}):
        new, old = fresh.features.get(name), stored.features.get(name)
        known = new or old
        if known is None or known.feature_type is not FeatureType.METER:
            merged = new
        else:
            merged = _merge(known, new, old, at, settled_on.get(name))
        if merged:
            features[name] = merged
    return replace(fresh, features=features)


def _merge(
    known: FeatureSources,
    new: FeatureSources | None,
    old: FeatureSources | None,
    at: datetime,
    settled_on: datetime | None,
) -> FeatureSources | None:
    before = old.sources if old else ()
    open_before = [source for source in before if not source.has_ended(at)]
    going_on = [source for source in (new.sources if new else ()) if not source.has_ended(at)]
    current, replaced = [], list(open_before)
    for source in going_on:
        same = next((each for each in replaced if each.gives_as(source)), None)
        if same:
            replaced.remove(same)
        current.append(_keep_times(source, same, at, settled_on) if same else source)
    ended = [source for source in before if source.has_ended(at)]
    ended += filter(None, (_end_replaced(source, current, at) for source in replaced))
    rolls_over = any(source.rollover for source in (*current, *ended))
    kept = [source for source in ended if _matters(source, settled_on, rolls_over=rolls_over)]
    sources = tuple(sorted([*current, *kept], key=Source.sort_key))
    base = old.base if old and settled_on is None else None
    merged = replace(known, sources=sources, base=base)
    if settled_on is None and len(kept) > MAX_ENDED:
        base = settle(merged, None, at)
        merged = replace(merged, sources=tuple(sorted(current, key=Source.sort_key)), base=base)
    return merged if merged.sources else None


def _keep_times(source: Source, same: Source, at: datetime, settled_on: datetime | None) -> Source:
    """The source with the start that it had, and with the ends that it was meant to have.

    If it had not begun, it begins when it now says: a change that is pending for 28 February and is paid for
    on 5 February begins on 5 February.
    """
    if same.valid_from > at + MAX_CLOCK_SKEW:
        return source
    source = replace(source, valid_from=min(source.valid_from, same.valid_from))
    if settled_on is None:
        return source
    ends = same.with_end(source.valid_until, at).earlier_ends
    return replace(source, earlier_ends=tuple(each for each in ends if settled_on < each.until))


def _end_replaced(source: Source, current: Iterable[Source], at: datetime) -> Source | None:
    """The replaced source with its end; None if it had not begun by then.

    It ended when the first current source of the same subscription, override or grant began after it, or
    else at the moment `at`. A source that begins up to a minute after `at` has begun: another process made
    the change, whose clock may be ahead. 100 a month from 1 March become 200 on 15 March: the 100 end on
    15 March.
    """
    following = [
        each.valid_from for each in current if each.is_of(source) and each.valid_from > source.valid_from
    ]
    begun = [moment for moment in following if moment <= at + MAX_CLOCK_SKEW]
    end = min(begun, default=at)
    return source.with_end(end, end) if source.valid_from < end else None


def _matters(ended: Source, settled_on: datetime | None, *, rolls_over: bool) -> bool:
    """Whether what is left now may still depend on a source that has ended."""
    if settled_on is None:
        return rolls_over
    return ended.valid_until is not None and settled_on < ended.valid_until
