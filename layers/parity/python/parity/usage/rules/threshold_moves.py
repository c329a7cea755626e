"""How changes of a counter move usage past thresholds, and which of these moves are told (decision 38)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from parity.metering.rules.windows import usage_of
from parity.usage.rules.alerts import find_alerts

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.counter_changes import CounterChange
    from parity.metering.rules.counters import UsageCounter
    from parity.usage.rules.alerts import Alert, RecordedAlert


class Direction(Enum):
    """Usage ROSE to a threshold, STAYED at it or above, or FELL below it.

    Usage that a change shows above a threshold STAYED there where nobody knows what was before. It FELL where
    a change shows it below.
    """

    ROSE = auto()
    STAYED = auto()
    FELL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a change of a counter did at a threshold. `version` and `at` are those of its new state."""

    direction: Direction
    alert: Alert
    version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldThreshold:
    """What was told of a threshold in a window.

    `first_version` is the counter's version that the `first` alert tells of, and `last_version` that of the
    last one. `below` is the version at which usage was below the threshold since then; None if it never was.
    """

    first: RecordedAlert
    first_version: int
    last_version: int
    below: int | None

    def is_told(self, move: Move) -> bool:
        """Whether an alert was told of this move, or of the rise before it that it belongs to.

        Usage that stayed belongs to the last rise, unless it was below the threshold since.
        """
        if move.version in {self.first_version, self.last_version}:
            return True
        if move.direction is Direction.ROSE:
            return False
        return self.below is None or move.version < self.below

    def ends_with(self, move: Move) -> bool:
        """Whether usage is below the threshold for the first time since the last alert."""
        return self.below is None and self.last_version <= move.version

    def told_again(self, version: int) -> ToldThreshold:
        if version <= self.last_version:
            return self
        return replace(self, last_version=version, below=None)


def find_moves(snapshot: Snapshot, change: CounterChange) -> list[Move]:
    """What a change did at the thresholds of its windows; nothing where usage was and is below.

    The limits of the change's moment judge both states. So usage of 80 that gets 820 more rises to 80 percent
    of 1000, even if it was at 80 percent of 100 before an upgrade. What the limits were before is not known.
    So the first change after they changed falls below all thresholds that it does not reach.
    """
    old, new = change.old, change.new
    earlier = _find_alerts(snapshot, old, new.at) if old else []
    before = {alert.threshold for alert in earlier if alert.is_reached}
    moves = []
    for alert in _find_alerts(snapshot, new, new.at):
        was_reached = alert.threshold in before
        if alert.is_reached:
            is_known = old is None or alert.kind in old.kinds
            direction = Direction.ROSE if is_known and not was_reached else Direction.STAYED
        elif was_reached or _limits_changed(snapshot, change):
            direction = Direction.FELL
        else:
            continue
        moves.append(Move(direction=direction, alert=alert, version=new.version, at=new.at))
    return moves


def _find_alerts(snapshot: Snapshot, counter: UsageCounter, at: datetime) -> list[Alert]:
    return find_alerts(snapshot, counter.feature, at, usage_of(replace(counter, at=at)))


def _limits_changed(snapshot: Snapshot, change: CounterChange) -> bool:
    """Whether a source began, ended or was changed between the two states of the counter."""
    old, new = change.old, change.new
    return old is not None and any(
        moment and old.at < moment <= new.at
        for source in snapshot.features[new.feature].sources
        for moment in (source.valid_from, source.valid_until)
    )
