"""What GET /api/v1/entitlements and GET /api/v1/customers/{customerId}/entitlements answer alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset
from parity.core.times import now
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from parity.subscriptions.rules.subscriptions import RETRY_WINDOW
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, sell_plan
from tests.support.builders.counters import store_counter
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    check_entitlements,
    entitle_acme,
    explain_entitlements,
    make_override,
    recompute_snapshot,
    store_overrides,
)
from tests.support.builders.moments import APRIL, DAY, MARCH, MOMENT, START, TICK
from tests.support.builders.subscriptions import create_subscription, post_to_subscription, subscribe_at
from tests.support.fakes.functions import set_clock

Entry = dict[str, Any]
Check = Callable[..., dict[str, Entry]]
"""The entries by feature, at MOMENT unless another moment is given."""


@pytest.fixture(params=["check", "list"])
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The customer `acme`, without a subscription yet, as one of the two operations shows it."""
    create_customer("Acme")

    def check_at(at: datetime = MOMENT) -> dict[str, Entry]:
        set_clock(monkeypatch, "entitlements/check", at)
        return check_entitlements() if request.param == "check" else explain_entitlements(at=at)

    return check_at


def summarize(entry: Entry) -> tuple[bool, int | None, int | None, int | None]:
    return entry["hasAccess"], entry["usageLimit"], entry["currentUsage"], entry["remaining"]


def test_usage_counts_in_its_own_window_only(check: Check, parity_table: Table) -> None:
    entitle_acme(make_entitlement(value=41, reset=Reset.EVERY_MONTH))
    store_counter(parity_table, "exports", 41, (Reset.EVERY_MONTH.value, MARCH))
    assert summarize(check(MARCH)["exports"]) == (False, 41, 41, 0)
    assert summarize(check(APRIL)["exports"]) == (True, 41, 0, 41)


@pytest.mark.parametrize(("used", "has_access"), [(99, True), (100, False), (107, False)])
def test_a_hard_limit_ends_access_when_it_is_reached(
    check: Check, used: int, *, has_access: bool, parity_table: Table
) -> None:
    entitle_acme(make_entitlement(value=100))
    store_counter(parity_table, "exports", used)
    entry = check()["exports"]
    assert entry["hardLimit"] is True
    assert summarize(entry) == (has_access, 100, used, 100 - used)


def test_a_soft_limit_keeps_access_and_remaining_turns_negative(check: Check, parity_table: Table) -> None:
    """The client libraries differ in what they compute from it, so the numbers have to be right."""
    entitle_acme(make_entitlement(value=100, hard_limit=False))
    store_counter(parity_table, "exports", 107)
    entry = check()["exports"]
    assert entry["hardLimit"] is False
    assert summarize(entry) == (True, 100, 107, -7)


@pytest.mark.parametrize("hard_limit", [True, False], ids=["hard", "soft"])
def test_unlimited_is_a_null_limit_that_is_not_hard(
    check: Check, *, hard_limit: bool, parity_table: Table
) -> None:
    """One of the client libraries denies access where a null limit is hard."""
    entitle_acme(make_entitlement(value=None, unlimited=True, hard_limit=hard_limit))
    store_counter(parity_table, "exports", 12)
    entry = check()["exports"]
    assert entry["hardLimit"] is False
    assert summarize(entry) == (True, None, 12, None)


def test_a_rollover_is_part_of_the_limit(check: Check, parity_table: Table) -> None:
    rollover = {"enabled": True, "percentage": 100, "limit": None}
    entitle_acme(make_entitlement(value=200, reset=Reset.EVERY_MONTH, rollover=rollover))
    assert check()["exports"]["usageLimit"] == 200 + 2 * 200
    store_counter(parity_table, "exports", 41, (Reset.EVERY_MONTH.value, MARCH), carried=30)
    assert summarize(check()["exports"]) == (True, 230, 41, 189)


def test_several_sources_of_a_feature_are_one_entry(check: Check, parity_table: Table) -> None:
    """Of several entries one client library reads the first only, and others add their usage up."""
    sell_plan("pro", gives=(make_entitlement(value=100), make_entitlement("sso", 0, FeatureType.BOOLEAN)))
    sell_plan("team", gives=(make_entitlement(value=20), make_entitlement("sso", 1, FeatureType.BOOLEAN)))
    subscribe_at(START)
    subscribe_at(START, "team")
    store_overrides(make_override(value=3))
    store_counter(parity_table, "exports", 50)
    entries = check()
    assert summarize(entries["exports"]) == (True, 123, 50, 73)
    assert entries["sso"]["hasAccess"] is True


def test_an_unlimited_source_beside_an_exhausted_one_is_one_unlimited_entry(
    check: Check, parity_table: Table
) -> None:
    sell_plan("pro", gives=(make_entitlement(value=10),))
    sell_plan("team", gives=(make_entitlement(value=None, unlimited=True),))
    subscribe_at(START)
    subscribe_at(START, "team")
    recompute_snapshot()
    store_counter(parity_table, "exports", 10)
    entry = check()["exports"]
    assert entry["hardLimit"] is False
    assert summarize(entry) == (True, None, 10, None)


def test_a_customer_without_a_subscription_has_no_entries(check: Check) -> None:
    assert check() == {}


def test_an_archived_customer_has_no_entries(check: Check) -> None:
    subscription_id = entitle_acme(make_entitlement())
    store_overrides(make_override(value=3))
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    assert check().keys() == {"exports"}
    archive_customer("acme")
    assert check() == {}


def test_an_immediate_cancel_takes_effect_before_its_answer(check: Check) -> None:
    subscription_id = entitle_acme(make_entitlement())
    assert check().keys() == {"exports"}
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    assert check() == {}


def test_a_scheduled_subscription_gives_access_from_its_start_to_its_end(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No job runs in between: the moment of the check alone decides."""
    sell_plan("pro", gives=(make_entitlement(),))
    start, end = MOMENT + DAY, datetime(2026, 4, 2, tzinfo=UTC)
    subscription_id = subscribe_at(MOMENT, start=start)
    recompute_snapshot()
    assert [list(check(at)) for at in (MOMENT, start - TICK, start)] == [[], [], ["exports"]]
    set_clock(monkeypatch, "subscriptions/cancel", start + DAY)
    body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{end:%Y-%m-%d}"}
    expect(post_to_subscription("cancel", subscription_id, body), 200)
    recompute_snapshot()
    assert [list(check(at)) for at in (end - TICK, end)] == [["exports"], []]


def test_past_due_keeps_access_through_the_retries(check: Check) -> None:
    sell_plan("pro", gives=(make_entitlement(),))
    subscription_id = create_subscription()["id"]
    expect(post_to_subscription("pay", subscription_id, {"outcome": "FAILED"}), 200)
    recompute_snapshot()
    assert check(now()).keys() == {"exports"}
    assert check(now() + RETRY_WINDOW) == {}


@pytest.mark.parametrize("value", [3, 0])
def test_an_override_that_expires_gives_way_to_the_plan(check: Check, value: int) -> None:
    entitle_acme(make_entitlement(value=100))
    store_overrides(make_override(SourceKind.OVERRIDE, value=value, expires_on=MOMENT))
    assert summarize(check(MOMENT - TICK)["exports"]) == (value > 0, value, 0, value)
    assert summarize(check(MOMENT)["exports"]) == (True, 100, 0, 100)
