"""Answers about migrations of subscribers (docs/http.md, "Migrations")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.catalog.rules.migrations import MigrationStatus
from parity.http.models import ResponseModel, Timestamp

if TYPE_CHECKING:
    from typing import Self

    from parity.catalog.rules.migrations import Migration


class MigrationFailureModel(ResponseModel):
    subscription_id: str
    detail: str


class MigrationModel(ResponseModel):
    """`total` is null until live subscriptions and changes to come have been counted.

    `changesToCome` is how many of them are pending or unpaid changes to the plan. At most 100 failures are
    listed.
    """

    plan: str
    version: int
    update_features: bool
    update_pricing: bool
    status: MigrationStatus
    total: int | None
    changes_to_come: int | None
    done: int
    failed: int
    failures: list[MigrationFailureModel]
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, migration: Migration) -> Self:
        first = migration.segments[0]
        return cls(
            plan=first.plan,
            version=first.version,
            update_features=first.scope.features,
            update_pricing=first.scope.pricing,
            status=migration.status,
            total=migration.total,
            changes_to_come=migration.changes_to_come,
            done=migration.done,
            failed=migration.failed,
            failures=[
                MigrationFailureModel(subscription_id=failure.subscription_id, detail=failure.detail)
                for failure in migration.failures
            ],
            created_on=first.created_on,
            modified_on=migration.modified_on,
        )
