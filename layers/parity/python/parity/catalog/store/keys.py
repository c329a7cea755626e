"""Keys of features, meters, plans and migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.dynamodb.keys import LAST_POSITION

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key


def features() -> str:
    return "FEATURES"


def feature(identifier: str) -> Key:
    return {"PK": features(), "SK": identifier}


def feature_pointer(id: str) -> Key:  # noqa: A002
    """Names the feature with this id."""
    return {"PK": f"FEATURE_ID#{id}", "SK": "POINTER"}


def meters(event_name: str) -> str:
    """Meters that count events of this name, by feature."""
    return f"METERS#{event_name}"


def plans() -> str:
    return "PLANS"


def plan(identifier: str) -> Key:
    """What stays the same across the plan's versions."""
    return {"PK": plans(), "SK": identifier}


def plan_version(identifier: str, number: int) -> Key:
    return {"PK": f"PLAN#{identifier}", "SK": f"VERSION#{number:04}"}


def migration(plan: str, version: int, segment: str) -> Key:
    """How far a segment of the subscribers of older versions has been moved to this one."""
    return {"PK": f"PLAN#{plan}", "SK": f"MIGRATION#{version:04}{segment and f'#{segment}'}"}


def last_migration_position(version: int) -> str:
    """Behind all segments of the migration to a version."""
    return f"MIGRATION#{version:04}#{LAST_POSITION}"


def running_migrations() -> str:
    return "MIGRATIONS"


def running_migration(plan: str, version: int, segment: str) -> Key:
    return {"PK": running_migrations(), "SK": f"{plan}#{version:04}{segment and f'#{segment}'}"}


def catalog_revision() -> Key:
    """A number that grows when a plan is published or a feature archived (`catalog.store.revision`)."""
    return {"PK": "CATALOG", "SK": "REVISION"}
