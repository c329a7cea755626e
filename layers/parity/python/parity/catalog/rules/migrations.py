"""Migrations: how far a plan's subscribers have been moved to a new version (docs/http.md, "Migrations").

What a migration changes in one subscription is in `subscriptions/rules/migration`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.plans import PlanVersion

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The progress of a migration to `version`, which takes the older versions one by one, newest first.

    `source` is the version whose subscribers are being moved: for `version` 4 that is 3, then 2, then 1.
    `position` is where the next chunk of them starts. `total` is None until they have been counted: live
    subscriptions, and `changes_to_come`, which are pending or unpaid changes to one of those versions.
    """

    plan: str
    version: int
    features: bool
    pricing: bool
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


def new_migration(version: PlanVersion, scope: MigrationScope, now: datetime) -> Migration:
    """A migration to this version. One to version 1 is complete at once: nobody has an older version."""
    return Migration(
        plan=version.plan,
        version=version.number,
        features=scope.features,
        pricing=scope.pricing,
        status=MigrationStatus.RUNNING if version.number > 1 else MigrationStatus.COMPLETED,
        source=version.number - 1,
        created_on=now,
        modified_on=now,
    )


def with_total(migration: Migration, total: int, changes_to_come: int, now: datetime) -> Migration:
    return replace(migration, total=total, changes_to_come=changes_to_come, modified_on=now)


def with_progress(
    migration: Migration,
    position: str | None,
    done: int,
    failures: list[MigrationFailure],
    now: datetime,
) -> Migration:
    """The migration after one more chunk of subscribers: `done` were moved, and the failures were not.

    `position` is where the next chunk starts; None if the source version has no more subscribers.
    """
    source = migration.source if position else migration.source - 1
    moved = replace(
        migration,
        source=source,
        position=position,
        done=migration.done + done,
        failed=migration.failed + len(failures),
        failures=(*migration.failures, *failures)[:MAX_FAILURES_NAMED],
        modified_on=now,
    )
    return moved if source else _complete(moved)


def _complete(migration: Migration) -> Migration:
    """The migration as completed. Every subscriber who did not fail is counted as done.

    The number counted so far may be too small: a chunk that is retried after a crash no longer finds the
    subscribers that were moved before the crash.
    """
    done = max(migration.done, (migration.total or 0) - migration.failed)
    return replace(migration, status=MigrationStatus.COMPLETED, done=done)
