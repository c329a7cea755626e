"""Migrations: how far a plan's subscribers have been moved to a new version (docs/http.md, "Migrations").

What a migration changes in one subscription is in `subscriptions/rules/migration`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion

SEGMENTS = tuple("0123456789abcdef")
"""What the ids of subscriptions begin with. They are random, so each segment has a sixteenth of them."""

MAX_FAILURES_NAMED = 100


class MigrationStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class MigrationScope:
    """Which parts of a new version the subscribers of older versions get."""

    features: bool = False
    pricing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether subscribers stay as they are, so that there is no migration."""
        return not (self.features or self.pricing)


@dataclass(frozen=True, slots=True)
class MigrationFailure:
    """A subscription that stays on its version, and why."""

    subscription_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class ChunkStart:
    """Where a chunk begins: behind `position` among the subscribers of version `source`.

    `source` is 0 where no subscribers are left.
    """

    source: int
    position: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSegment:
    """The progress of one segment of subscribers to `version`, from the older versions, newest first.

    `name` is one of SEGMENTS; it is empty for the one segment of a migration that is not divided.
    `source` is the version whose subscribers are being moved: for `version` 4 that is 3, then 2, then 1.
    `position` is where the next chunk of them starts. `total` is None until they have been counted: live
    subscriptions, and `changes_to_come`, which are pending or unpaid changes to one of those versions.
    """

    plan: str
    version: int
    name: str
    scope: MigrationScope
    status: MigrationStatus
    source: int
    position: str | None = None
    total: int | None = None
    changes_to_come: int | None = None
    done: int = 0
    failed: int = 0
    failures: tuple[MigrationFailure, ...] = ()
    created_on: datetime
    modified_on: datetime

    @property
    def is_running(self) -> bool:
        return self.status is MigrationStatus.RUNNING

    @property
    def progress(self) -> str:
        """A text that every step changes. A message that expects another one is stale."""
        return f"{self.total} {self.source} {self.position}"


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration of a plan's subscribers to one of its versions: the sums of its segments.

    It is complete when all of them are. `total` and `changes_to_come` are None until all have been counted.
    """

    segments: tuple[MigrationSegment, ...]

    @property
    def running(self) -> list[MigrationSegment]:
        return [segment for segment in self.segments if segment.is_running]

    @property
    def status(self) -> MigrationStatus:
        return MigrationStatus.RUNNING if self.running else MigrationStatus.COMPLETED

    @property
    def total(self) -> int | None:
        return _sum(segment.total for segment in self.segments)

    @property
    def changes_to_come(self) -> int | None:
        return _sum(segment.changes_to_come for segment in self.segments)

    @property
    def done(self) -> int:
        return sum(segment.done for segment in self.segments)

    @property
    def failed(self) -> int:
        return sum(segment.failed for segment in self.segments)

    @property
    def failures(self) -> list[MigrationFailure]:
        """At most MAX_FAILURES_NAMED."""
        named = (failure for segment in self.segments for failure in segment.failures)
        return list(islice(named, MAX_FAILURES_NAMED))

    @property
    def modified_on(self) -> datetime:
        return max(segment.modified_on for segment in self.segments)


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None if one of them is None."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def new_migration(version: PlanVersion, scope: MigrationScope, now: datetime) -> Migration:
    """A migration to this version. One to version 1 is complete at once: nobody has an older version."""
    has_older = version.number > 1
    return Migration(
        tuple(
            MigrationSegment(
                plan=version.plan,
                version=version.number,
                name=name,
                scope=scope,
                status=MigrationStatus.RUNNING if has_older else MigrationStatus.COMPLETED,
                source=version.number - 1,
                created_on=now,
                modified_on=now,
            )
            for name in (SEGMENTS if has_older else ("",))
        )
    )


def with_total(segment: MigrationSegment, changes_to_come: int, live: int, now: datetime) -> MigrationSegment:
    """The segment with the number of those who are to be moved."""
    total = changes_to_come + live
    return replace(segment, total=total, changes_to_come=changes_to_come, modified_on=now)


def with_progress(
    segment: MigrationSegment,
    following: ChunkStart,
    done: int,
    failures: list[MigrationFailure],
    now: datetime,
) -> MigrationSegment:
    """The segment after one more chunk of subscribers: `done` were moved, and the failures were not."""
    moved = replace(
        segment,
        source=following.source,
        position=following.position,
        done=segment.done + done,
        failed=segment.failed + len(failures),
        failures=(*segment.failures, *failures)[:MAX_FAILURES_NAMED],
        modified_on=now,
    )
    return moved if following.source else _complete(moved)


def _complete(segment: MigrationSegment) -> MigrationSegment:
    """The segment as completed. Every subscriber who did not fail is counted as done.

    The number counted so far may be too small: a chunk that is retried after a crash no longer finds the
    subscribers that were moved before the crash.
    """
    done = max(segment.done, (segment.total or 0) - segment.failed)
    return replace(segment, status=MigrationStatus.COMPLETED, done=done)
