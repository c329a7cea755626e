"""A plan with a new version, and its subscribers who are migrated to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pytest

from parity.catalog.store.migrations import migration_store
from parity.subscriptions.service import subscriptions
from parity.subscriptions.store.migration_queue import MigrationQueue, to_request
from tests.support.answers import expect
from tests.support.builders.catalog import (
    MONTHLY,
    add_features,
    create_feature,
    create_published_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.customers import create_customer
from tests.support.builders.moments import START
from tests.support.builders.prepared import prepare_once
from tests.support.builders.subscriptions import (
    load_subscription,
    subscribe_at,
)
from tests.support.fakes.event_sources import QueueMessage, deliver_messages, get_migration

YEARLY = MONTHLY | {"chargePeriod": "YEARLY", "amount": "200.00"}


@prepare_once
def sell_to_migrate() -> None:
    """The customer `acme`, and the published plan `pro` with 100 exports, by the month or the year."""
    create_customer("Acme")
    create_feature("Exports")
    create_feature("Calls")
    create_published_plan("Pro", exports={"value": 100})
    expect(replace_prices("pro", MONTHLY, YEARLY), 200)
    expect(publish_plan("pro"), 200)


def subscribe_many(number: int, segment: str = "", **draft: Any) -> list[str]:  # noqa: ANN401
    """The ids of new subscriptions, which all begin so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscriptions, "uuid4", lambda: segment + str(uuid4())[len(segment) :])
        return [subscribe_at(START, **draft) for _ in range(number)]


def publish_with_migration(*, value: int = 500, **wish: bool) -> int:
    """Publishes a version that adds so many calls, with a migration to it; returns its number."""
    expect(add_features("pro", {"feature": "calls", "details": {"value": value}}), 201)
    body = {"updateFeatures": True} | wish
    published: dict[str, Any] = expect(publish_plan("pro", body=body), 200)
    assert published["migrating"] is True
    number: int = published["version"]
    return number


def list_versions(ids: list[str]) -> set[int]:
    return {load_subscription(subscription_id).terms.plan_version for subscription_id in ids}


def read_progress(version: int) -> tuple[str, int | None, int, int]:
    shown = get_migration("pro", version)
    return shown["status"], shown["total"], shown["done"], shown["failed"]


def finish_migration(version: int, queue: MigrationQueue) -> None:
    while get_migration("pro", version)["status"] == "running":
        assert deliver_messages(queue)


def list_requests(version: int) -> list[QueueMessage]:
    """What the schedule would ask for now: the next chunk of each segment that runs."""
    return [asdict(to_request(each)) for each in migration_store().get("pro", version).running]
