"""The snapshot that checks read: one compact value, small enough that a check costs half a read unit.

What the sources of one subscription share is stored once, and the sources refer to it by position. Times are
microseconds since 1970.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset, ResetTime
from parity.core.times import from_micros, to_micros
from parity.dynamodb import keys
from parity.dynamodb.optimistic import VersionChangedError
from parity.entitlements.rules.sources import (
    Alerts,
    FeatureSources,
    Rollover,
    Snapshot,
    Source,
    SourceKind,
    ThresholdType,
)

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.transactions import Transaction

KINDS, TYPES, RESETS, RESET_TIMES = tuple(SourceKind), tuple(FeatureType), tuple(Reset), tuple(ResetTime)
THRESHOLD_TYPES = tuple(ThresholdType)
"""Members are stored as their positions: new members go to the end."""

NO_RESET = -1
"""The position stored for a source whose `reset` is None."""


class SnapshotChangedError(VersionChangedError):
    """Somebody else wrote a snapshot in between: the stored one is not of the revision before the new one."""


def put_snapshot(transaction: Transaction, customer_id: str, snapshot: Snapshot) -> None:
    """Adds the write of a snapshot to a transaction, whose commit may raise SnapshotChangedError."""
    transaction.put(
        snapshot_to_item(customer_id, snapshot),
        *revision_condition(snapshot),
        refused=lambda _: SnapshotChangedError(),
    )


def revision_condition(snapshot: Snapshot) -> tuple[str, dict[str, int]]:
    """The condition that the stored snapshot has the revision before this one, and the condition's values."""
    if snapshot.revision == 1:
        return "attribute_not_exists(PK)", {}
    return "revision = :before", {":before": snapshot.revision - 1}


def empty_snapshot(transaction: Transaction, customer_id: str, *, archived: bool) -> None:
    """Adds a write that takes all access away, whichever snapshot is stored.

    The revision grows. So a recomputation that read the customer before cannot write, and reads again.
    """
    transaction.upsert(
        keys.entitlements(customer_id),
        {"archived": archived, "content": _text(Snapshot(archived=archived, subscribed=(), features={}))},
        {"revision": 1},
    )


def snapshot_to_item(customer_id: str, snapshot: Snapshot) -> Item:
    return {
        **keys.entitlements(customer_id),
        "archived": snapshot.archived,
        "revision": snapshot.revision,
        "content": _text(snapshot),
    }


def snapshot_from_item(item: Item) -> Snapshot:
    content = json.loads(item["content"])
    return Snapshot(
        archived=item["archived"],
        revision=item["revision"],
        subscribed=tuple(Period(from_micros(start), _end(end)) for start, end in content["u"]),
        features={name: _feature(stored, content["s"]) for name, stored in content["f"].items()},
    )


def _text(snapshot: Snapshot) -> str:
    return json.dumps(_content(snapshot), ensure_ascii=False, separators=(",", ":"))


def _content(snapshot: Snapshot) -> dict[str, Any]:
    origins: dict[str, int] = {}
    features = {
        name: [
            TYPES.index(feature.feature_type),
            *(
                [origins.setdefault(_origin(source), len(origins)), *_terms(source)]
                for source in feature.sources
            ),
        ]
        for name, feature in sorted(snapshot.features.items())
    }
    return {
        "u": [[_number(period.start), _number(period.end)] for period in snapshot.subscribed],
        "s": [json.loads(origin) for origin in origins],
        "f": features,
    }


def _origin(source: Source) -> str:
    """What the sources of one subscription share, as text, so that it is stored once."""
    return json.dumps(
        [
            KINDS.index(source.kind),
            source.id,
            source.plan,
            source.plan_version,
            _number(source.valid_from),
            _number(source.valid_until),
            _number(source.anchor),
            *([_number(source.changed_on)] if source.changed_on else []),
        ]
    )


def _terms(source: Source) -> list[Any]:
    flags = source.unlimited + 2 * source.hard_limit + 4 * RESET_TIMES.index(source.reset_time)
    reset = RESETS.index(source.reset) if source.reset else NO_RESET
    return [source.value, flags, reset, *_extras(source)]


def _extras(source: Source) -> list[Any]:
    """Rollover and alerts, which few plans have: without them, they take no room in the snapshot."""
    rollover, alerts = source.rollover, source.alerts
    extras = [
        [rollover.percentage, rollover.limit] if rollover else None,
        [THRESHOLD_TYPES.index(alerts.threshold_type), *alerts.thresholds] if alerts else None,
    ]
    return extras if alerts else extras[:1] if rollover else []


def _feature(stored: list[Any], origins: list[list[Any]]) -> FeatureSources:
    feature_type, *sources = stored
    return FeatureSources(
        TYPES[feature_type], tuple(_source(origins[number], *rest) for number, *rest in sources)
    )


def _source(origin: list[Any], value: int | None, flags: int, reset: int, *extras: Any) -> Source:  # noqa: ANN401
    kind, source_id, plan, plan_version, valid_from, valid_until, anchor, *changed_on = origin
    rollover, alerts = (*extras, None, None)[:2]
    return Source(
        kind=KINDS[kind],
        id=source_id,
        plan=plan,
        plan_version=plan_version,
        valid_from=from_micros(valid_from),
        valid_until=_end(valid_until),
        value=value,
        unlimited=bool(flags & 1),
        hard_limit=bool(flags & 2),
        reset=None if reset == NO_RESET else RESETS[reset],
        reset_time=RESET_TIMES[flags >> 2],
        anchor=from_micros(anchor),
        changed_on=from_micros(*changed_on) if changed_on else None,
        rollover=Rollover(*rollover) if rollover else None,
        alerts=Alerts(THRESHOLD_TYPES[alerts[0]], tuple(alerts[1:])) if alerts else None,
    )


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _end(number: int | None) -> datetime | None:
    return None if number is None else from_micros(number)
