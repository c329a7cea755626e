"""What a snapshot's item says of a customer's sources, as one JSON text.

What the sources of one subscription share is its origin, and is stored once. Origins that give the same terms
of the same features are a group, which has these terms once. So 100 subscriptions to one plan take 100 short
origins and the plan's terms. Times are microseconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset, ResetTime
from parity.core.times import from_micros, to_micros
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.entitlements.rules.sources import (
    Alerts,
    EarlierEnd,
    FeatureSources,
    Rollover,
    Source,
    SourceKind,
    ThresholdType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from parity.entitlements.rules.sources import Snapshot

    Group = tuple[list[list[Any]], list[list[Any]]]
    """Origins, and for each feature its name, its type and its terms."""

KINDS, TYPES, RESETS, RESET_TIMES = tuple(SourceKind), tuple(FeatureType), tuple(Reset), tuple(ResetTime)
THRESHOLD_TYPES = tuple(ThresholdType)
"""Members are stored as their positions: new members go to the end."""

SEPARATE = -1
"""The position stored for a METER feature whose usage does not add up."""

NO_RESET = -1
"""The position stored for a source whose `reset` is None."""


def content_to_text(snapshot: Snapshot) -> str:
    """Equal snapshots are the same text."""
    content: dict[str, Any] = {
        "u": [[_number(period.start), _number(period.end)] for period in snapshot.subscribed],
        "g": _group_sources(snapshot.features),
    }
    if bases := {name: _base(each.base) for name, each in sorted(snapshot.features.items()) if each.base}:
        content["b"] = bases
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def content_from_text(text: str) -> tuple[tuple[Period, ...], Mapping[str, FeatureSources]]:
    """The times in which any subscription gives access, and the sources by feature."""
    content = json.loads(text)
    subscribed = tuple(Period(from_micros(start), _moment(end)) for start, end in content["u"])
    groups = content["g"] if "g" in content else _groups_of_first_layout(content)
    return subscribed, StoredFeatures(groups, content.get("b", {}))


class StoredFeatures(Mapping[str, "FeatureSources"]):
    """Makes the sources of a feature when they are asked for. A check of one feature needs no others."""

    def __init__(self, groups: Iterable[Group], bases: Mapping[str, list[Any]]) -> None:
        self._bases = bases
        self._stored: dict[str, list[tuple[list[dict[str, Any]], list[Any]]]] = {}
        self._made: dict[str, FeatureSources] = {}
        for stored_origins, features in groups:
            origins = [_read_origin(*origin) for origin in stored_origins]
            for name, *terms in features:
                self._stored.setdefault(name, []).append((origins, terms))

    def __getitem__(self, name: str) -> FeatureSources:
        if name not in self._made:
            self._made[name] = _make_feature(self._stored[name], self._bases.get(name))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._stored))

    def __len__(self) -> int:
        return len(self._stored)


def _group_sources(features: Mapping[str, FeatureSources]) -> list[list[Any]]:
    by_origin: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for name, feature in sorted(features.items()):
        feature_type = TYPES.index(feature.feature_type) if feature.adds_up else SEPARATE
        for source in feature.sources:
            by_origin.setdefault(_origin(source), []).append((name, feature_type, *_terms(source)))
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for origin, entries in by_origin.items():
        groups.setdefault(tuple(entries), []).append(origin)
    return [[origins, entries] for entries, origins in groups.items()]


def _groups_of_first_layout(content: Mapping[str, Any]) -> list[Group]:
    """Snapshots that were stored before there were groups name the position of an origin for each source."""
    return [
        ([content["s"][number]], [[name, feature_type, *terms]])
        for name, (feature_type, *sources) in content["f"].items()
        for number, *terms in sources
    ]


def _origin(source: Source) -> tuple[Any, ...]:
    """What the sources of one subscription share."""
    return (
        KINDS.index(source.kind),
        source.id,
        source.plan,
        source.plan_version,
        _number(source.valid_from),
        _number(source.valid_until),
        _number(source.anchor),
        *_changed_ends(source),
    )


def _changed_ends(source: Source) -> tuple[Any, ...]:
    """The ends that a source was meant to have before. Few have any: without, they take no room."""
    ends = tuple((to_micros(each.until), _number(each.end)) for each in source.earlier_ends)
    return (_number(source.valid_from), ends) if ends else ()


def _terms(source: Source) -> tuple[Any, ...]:
    flags = source.unlimited + 2 * source.hard_limit + 4 * RESET_TIMES.index(source.reset_time)
    reset = RESETS.index(source.reset) if source.reset else NO_RESET
    return source.value, flags, reset, *_extras(source)


def _extras(source: Source) -> tuple[tuple[Any, ...] | None, ...]:
    """Rollover and alerts, which few plans have: without them, they take no room in the snapshot."""
    rollover, alerts = source.rollover, source.alerts
    extras = (
        (rollover.percentage, rollover.limit) if rollover else None,
        (THRESHOLD_TYPES.index(alerts.threshold_type), *alerts.thresholds) if alerts else None,
    )
    return extras if alerts else extras[:1] if rollover else ()


def _base(base: MeterUsage) -> list[Any]:
    """Nothing was ever used, so levels hold only what was carried."""
    levels = [
        [kind, to_micros(each.window_start), each.carried, _number(each.since)]
        for kind, each in base.levels.items()
    ]
    return [to_micros(base.at), base.first, levels]


def _read_base(at: int, first: str | None, levels: list[list[Any]]) -> MeterUsage:
    held = {
        kind: LevelUsage(from_micros(start), carried=carried, since=_moment(since))
        for kind, start, carried, since in levels
    }
    return MeterUsage(from_micros(at), first, held)


def _make_feature(
    stored: list[tuple[list[dict[str, Any]], list[Any]]], base: list[Any] | None
) -> FeatureSources:
    sources: list[Source] = []
    for origins, (_, *stored_terms) in stored:
        terms = _read_terms(*stored_terms)
        sources += [Source(**origin, **terms) for origin in origins]
    sources.sort(key=Source.sort_key)
    feature_type = stored[0][1][0]
    adds_up = feature_type != SEPARATE
    return FeatureSources(
        TYPES[feature_type] if adds_up else FeatureType.METER,
        tuple(sources),
        adds_up,
        _read_base(*base) if base else None,
    )


def _read_origin(
    kind: int,
    source_id: str,
    plan: str | None,
    plan_version: int | None,
    *times: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """The fourth time replaces the first one: it was stored for a source that had changed."""
    valid_from, valid_until, anchor, changed_on, earlier_ends = (*times, None, ())[:5]
    return {
        "kind": KINDS[kind],
        "id": source_id,
        "plan": plan,
        "plan_version": plan_version,
        "valid_from": _moment(changed_on or valid_from),
        "valid_until": _moment(valid_until),
        "anchor": _moment(anchor),
        "earlier_ends": tuple(EarlierEnd(from_micros(until), _moment(end)) for until, end in earlier_ends),
    }


def _read_terms(value: int | None, flags: int, reset: int, *extras: Any) -> dict[str, Any]:  # noqa: ANN401
    rollover, alerts = (*extras, None, None)[:2]
    return {
        "value": value,
        "unlimited": bool(flags & 1),
        "hard_limit": bool(flags & 2),
        "reset": None if reset == NO_RESET else RESETS[reset],
        "reset_time": RESET_TIMES[flags >> 2],
        "rollover": Rollover(*rollover) if rollover else None,
        "alerts": Alerts(THRESHOLD_TYPES[alerts[0]], tuple(alerts[1:])) if alerts else None,
    }


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _moment(number: int | None) -> datetime | None:
    return None if number is None else from_micros(number)
