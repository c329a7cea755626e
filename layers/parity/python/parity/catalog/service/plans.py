"""Creating, changing, publishing, discarding and archiving plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.catalog.rules import plans as rules
from parity.catalog.rules.errors import FeatureIsArchivedError, MigrationRunningError, PlanAlreadyExistsError
from parity.catalog.rules.migrations import new_migration
from parity.catalog.rules.plans import PlanAtVersion
from parity.core.identifiers import create_with_identifier
from parity.core.versions import check_version
from parity.dynamodb.optimistic import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.catalog.rules.migrations import MigrationScope
    from parity.catalog.rules.plans import Plan, PlanDraft, PlanVersion
    from parity.catalog.store.features import FeatureStore
    from parity.catalog.store.migrations import MigrationStore
    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord

    Recorder = Callable[[PlanAtVersion], AnswerRecord | None]


@dataclass(frozen=True, slots=True)
class PlanToChange:
    """The plan to change, when, and the plan's own versions that the caller allows; None allows any."""

    plan: str
    now: datetime
    expected_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class CatalogStores:
    """The stores that publishing a plan works on."""

    plans: PlanStore
    features: FeatureStore
    migrations: MigrationStore


def no_record(_: PlanAtVersion) -> None:
    return None


def create_plan(store: PlanStore, draft: PlanDraft, now: datetime, record: Recorder) -> PlanAtVersion:
    """Raises PlanAlreadyExistsError if the draft's identifier is in use.

    An identifier that is derived from the name gets a random suffix instead.
    """

    def create(identifier: str) -> PlanAtVersion:
        plan_at_version = rules.new_plan(draft, id=str(uuid4()), identifier=identifier, now=now)
        store.create(plan_at_version, record(plan_at_version))
        return plan_at_version

    return create_with_identifier(create, draft.identifier, draft.name, PlanAlreadyExistsError, "plan")


def get_plan_at_version(store: PlanStore, identifier: str, number: int | None = None) -> PlanAtVersion:
    """The plan with this version; without a number, with its current one.

    Raises PlanNotFoundError, PlanVersionNotFoundError.
    """
    plan = store.get(identifier)
    return PlanAtVersion(plan, store.get_version(identifier, number or plan.current))


def edit_plan(
    store: PlanStore,
    target: PlanToChange,
    change: Callable[[PlanVersion], Mapping[str, Any]],
    record: Recorder = no_record,
) -> PlanAtVersion:
    """Changes the plan's own fields, and its draft, which is made first if the plan has none.

    `change` returns the fields to replace.

    Raises PlanNotFoundError, PlanIsArchivedError, StaleVersionError, and the errors of `change`.
    """

    def attempt() -> PlanAtVersion:
        old = _get_newest_version(store, target)
        new = rules.change_plan(old, change(old.version), target.now)
        if new is not old:
            store.edit(old.plan, new, record(new))
        return new

    return retry(attempt)


def publish_plan(
    stores: CatalogStores, target: PlanToChange, scope: MigrationScope, record: Recorder = no_record
) -> PlanAtVersion:
    """Publishes the draft, and begins to migrate subscribers unless the scope is empty.

    Raises PlanNotFoundError, PlanIsArchivedError, PlanAlreadyPublishedError, PlanHasNoPriceError,
    FeatureIsArchivedError, MigrationRunningError, StaleVersionError.
    """

    def attempt() -> PlanAtVersion:
        revision = stores.plans.read_revision()
        old = _get_newest_version(stores.plans, target)
        new = rules.publish_draft(old, target.now)
        _check_no_feature_archived(stores.features, new.version)
        _check_no_migration_running(stores.migrations, target.plan)
        migration = None if scope.is_empty else new_migration(new.version, scope, target.now)
        stores.plans.publish(old.plan, new, revision, migration, record(new))
        return new

    return retry(attempt)


def _check_no_migration_running(migrations: MigrationStore, plan: str) -> None:
    """Raises MigrationRunningError if a migration of the plan's subscribers is running.

    Two migrations at once could leave subscribers behind. For example, the one to version 4 has finished with
    the subscribers of version 3. Then the one to version 3 moves more subscribers there, from version 2.
    """
    if any(running == plan for running, _ in migrations.all_running()):
        raise MigrationRunningError(plan)


def _check_no_feature_archived(features: FeatureStore, version: PlanVersion) -> None:
    """Raises FeatureIsArchivedError if a feature was archived after it was added to the draft."""
    for feature in features.get_many(each.feature for each in version.entitlements).values():
        if feature.archived_on:
            raise FeatureIsArchivedError(feature.identifier)


def discard_draft(store: PlanStore, target: PlanToChange) -> Plan | None:
    """The plan without its draft; None for a plan that was never published, which is deleted.

    The identifier of a deleted plan can be used again.

    Raises PlanNotFoundError, PlanIsArchivedError, PlanHasNoDraftError, StaleVersionError.
    """

    def attempt() -> Plan | None:
        old = _get_expected_plan(store, target)
        new = rules.discard_draft(old, target.now)
        store.discard_draft(old, new)
        return new

    return retry(attempt)


def archive_plan(store: PlanStore, target: PlanToChange) -> Plan:
    """Archives a plan: nobody new can subscribe, and subscriptions continue.

    Raises PlanNotFoundError, PlanIsArchivedError, StaleVersionError.
    """

    def attempt() -> Plan:
        old = _get_expected_plan(store, target)
        new = rules.archive_plan(old, target.now)
        store.archive(old, new)
        return new

    return retry(attempt)


def _get_expected_plan(store: PlanStore, target: PlanToChange) -> Plan:
    plan = store.get(target.plan)
    check_version(plan.version, target.expected_versions)
    return plan


def _get_newest_version(store: PlanStore, target: PlanToChange) -> PlanAtVersion:
    plan = _get_expected_plan(store, target)
    rules.check_not_archived(plan)
    return PlanAtVersion(plan, store.get_version(plan.identifier, plan.newest))
