"""Creating, changing and archiving features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.catalog.rules import features as rules
from parity.catalog.rules.errors import FeatureAlreadyExistsError, FeatureInUseError
from parity.catalog.service.listing import select_plans_with
from parity.core.identifiers import create_with_identifier
from parity.core.versions import check_version
from parity.dynamodb.optimistic import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.catalog.rules.features import Feature, FeatureDraft
    from parity.catalog.store.features import FeatureStore
    from parity.catalog.store.plans import PlanStore
    from parity.core.idempotency import AnswerRecord

    Recorder = Callable[[Feature], AnswerRecord | None]


def create_feature(store: FeatureStore, draft: FeatureDraft, now: datetime, record: Recorder) -> Feature:
    """Raises FeatureAlreadyExistsError if the draft's identifier is in use.

    An identifier that is derived from the name gets a random suffix instead.
    """

    def create(identifier: str) -> Feature:
        feature = rules.new_feature(draft, id=str(uuid4()), identifier=identifier, now=now)
        store.create(feature, record(feature))
        return feature

    return create_with_identifier(create, draft.identifier, draft.name, FeatureAlreadyExistsError, "feature")


def update_feature(
    store: FeatureStore,
    feature: str,
    changes: Mapping[str, Any],
    now: datetime,
    expected_versions: frozenset[int] | None,
) -> Feature:
    """Replaces these fields. Raises FeatureNotFoundError, FeatureIsArchivedError, StaleVersionError."""

    def attempt() -> Feature:
        old = store.get(feature)
        check_version(old.version, expected_versions)
        new = rules.change_feature(old, changes, now)
        if new is not old:
            store.replace(old, new)
        return new

    return retry(attempt)


def archive_feature(
    store: FeatureStore,
    plans: PlanStore,
    feature: str,
    now: datetime,
    expected_versions: frozenset[int] | None,
) -> Feature:
    """Archives a feature: no plan can get it from now on, and customers who have it keep it.

    Raises FeatureInUseError with the plans that are sold with it, FeatureNotFoundError,
    FeatureIsArchivedError, StaleVersionError.
    """

    def attempt() -> Feature:
        revision = plans.read_revision()
        old = store.get(feature)
        check_version(old.version, expected_versions)
        new = rules.archive_feature(old, now)
        if selling := _find_plans_with(plans, old.identifier):
            raise FeatureInUseError(old.identifier, selling)
        store.replace(old, new, revision)
        return new

    return retry(attempt)


def _find_plans_with(plans: PlanStore, feature: str) -> list[str]:
    """The identifiers of the plans that are sold with this feature."""
    in_use = (plan for plan in plans.all() if not plan.archived_on)
    return [plan.identifier for plan in select_plans_with(plans, in_use, feature)]
