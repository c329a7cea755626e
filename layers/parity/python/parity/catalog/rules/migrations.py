"""Moving the subscribers of older versions of a plan to the one that was published (WIRE.md section 7)."""

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
    """How far it is. `source` is the version whose subscribers are being moved, `position` where it goes on.

    It walks from the newest older version to version 1. `total` is None until they are counted.
    """

    plan: str
    version: int
    features: bool
    pricing: bool
    status: MigrationStatus
    source: int
    position: str | None = None
    total: int | None = None
    done: int = 0
    failed: int = 0
    failures: tuple[MigrationFailure, ...] = ()
    created_on: datetime
    modified_on: datetime


def new_migration(version: PlanVersion, scope: MigrationScope, now: datetime) -> Migration:
    """The migration to a version; the first version of a plan has nobody to migrate."""
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


def with_total(migration: Migration, total: int, now: datetime) -> Migration:
    return replace(migration, total=total, modified_on=now)


def with_progress(
    migration: Migration,
    position: str | None,
    done: int,
    failures: list[MigrationFailure],
    now: datetime,
) -> Migration:
    """After one chunk; `position` None means that the source version has no more subscribers."""
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
    """A chunk done twice after a crash finds its subscribers gone from the list: they count here."""
    done = max(migration.done, (migration.total or 0) - migration.failed)
    return replace(migration, status=MigrationStatus.COMPLETED, done=done)
