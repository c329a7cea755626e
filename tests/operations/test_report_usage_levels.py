"""Reports, enforced and not, where several sources give a feature: everything that was bought can be used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parity.core.periods import ChargePeriod, Reset, ResetTime
from parity.core.times import to_iso
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.service.changes import (
    Cancellation,
    CancellationType,
    Update,
    cancel_subscription,
    update_subscription,
)
from parity.subscriptions.service.subscriptions import Offer
from parity.subscriptions.service.writes import SubscriptionTarget
from parity.usage.store.reports import usage_report_store
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import make_entitlement, make_hard_limit, make_price, sell_plan
from tests.support.builders.entitlements import (
    check_entitlements,
    list_grants,
    remove_grant,
    send_grant,
    send_override,
    subscribe_acme,
)
from tests.support.builders.moments import DAY, HOUR, MOMENT, NEXT_MONTH, START
from tests.support.builders.reports import (
    MONTHLY,
    get_counter,
    list_used,
    report_usage,
    send_report,
    set_clocks,
)
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import set_clock

pytestmark = pytest.mark.usefixtures("usage_at_noon")
ANCHORED: dict[str, Any] = {**MONTHLY, "reset_time": ResetTime.SUBSCRIPTION_START}


def give_grant(monkeypatch: pytest.MonkeyPatch, value: int, at: datetime = MOMENT, **body: Any) -> str:  # noqa: ANN401
    set_clock(monkeypatch, "grants/create", at)
    return str(expect(send_grant(value, **body), 201)["grantId"])


def look() -> tuple[Any, ...]:
    """The limit, the usage, and what remains."""
    entry = check_entitlements()["exports"]
    return entry["usageLimit"], entry["currentUsage"], entry["remaining"]


def use_up(most: int) -> None:
    """Uses exactly so much with enforced reports, in two of them."""
    assert refusal(send_report(most + 1, enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(most - 1, enforce=True)
    report_usage(1, enforce=True)
    assert refusal(send_report(1, enforce=True)) == (409, "usage_limit_exceeded")
    assert check_entitlements()["exports"]["hasAccess"] is False


@pytest.mark.usefixtures("acme")
def test_a_grant_once_is_used_beside_what_a_month_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    give_grant(monkeypatch, 50, reset="NEVER")
    use_up(150)
    set_clocks(monkeypatch, NEXT_MONTH)
    assert look() == (150, 50, 100)
    use_up(100)


@pytest.mark.usefixtures("acme")
def test_what_is_left_of_a_grant_is_left_in_the_next_month(monkeypatch: pytest.MonkeyPatch) -> None:
    grant_id = give_grant(monkeypatch, 50, reset="NEVER")
    report_usage(130)
    set_clock(monkeypatch, "grants/list", MOMENT)
    (grant,) = list_grants()
    assert (grant["grantId"], grant["used"], grant["remaining"]) == (grant_id, 30, 20)
    set_clocks(monkeypatch, NEXT_MONTH)
    assert look() == (150, 30, 120)
    use_up(120)


@pytest.mark.usefixtures("acme")
def test_a_pack_bought_once_is_used_beside_what_a_month_gives() -> None:
    sell_plan("pack", gives=(make_hard_limit(500, reset=Reset.NEVER),))
    subscribe_at(MOMENT, "pack")
    assert look() == (600, 0, 600)
    use_up(600)


def test_two_subscriptions_with_windows_of_their_own_add_up() -> None:
    subscribe_acme(make_hard_limit(100, **ANCHORED))
    sell_plan("team", gives=(make_hard_limit(100, **ANCHORED),))
    subscribe_at(MOMENT - DAY, "team")
    use_up(200)


@pytest.mark.usefixtures("acme")
def test_two_grants_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for reset in (None, "NEVER"):
        for value in (10, 20):
            give_grant(monkeypatch, value, reset=reset)
    use_up(160)


@pytest.mark.usefixtures("acme")
def test_a_soft_source_makes_all_of_it_soft() -> None:
    sell_plan("soft", gives=(make_entitlement(value=10, hard_limit=False, **MONTHLY),))
    subscribe_at(MOMENT, "soft")
    report_usage(500, enforce=True)
    assert look() == (110, 500, -390)


@pytest.mark.parametrize("enforce", [False, True])
def test_a_report_is_one_write_with_three_levels(monkeypatch: pytest.MonkeyPatch, *, enforce: bool) -> None:
    subscribe_acme(make_hard_limit(100, **MONTHLY))
    sell_plan("daily", gives=(make_hard_limit(10, reset=Reset.EVERY_DAY),))
    subscribe_at(START, "daily")
    give_grant(monkeypatch, 50, reset="NEVER")
    report_usage(1)
    with record_requests(usage_report_store().once.client) as requests:
        for value in (8, 1, 120, -3):
            report_usage(value, enforce=enforce)
    writes = [name for name, _ in requests if name != "Query"]
    assert writes == ["UpdateItem"] * 4
    assert look() == (160, 127, 33)
    assert list_used() == [127, 0, 0]


@pytest.mark.usefixtures("acme")
def test_what_a_grant_held_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 130 used, 30 were of the grant. Later reports count against what is left without it."""
    grant_id = give_grant(monkeypatch, 50, reset="NEVER")
    report_usage(130)
    later = MOMENT + HOUR
    set_clock(monkeypatch, "grants/remove", later)
    expect(remove_grant(grant_id), 204)
    set_clocks(monkeypatch, later)
    assert look() == (100, 100, 0)
    report_usage(5)
    assert look() == (100, 105, -5)


@pytest.mark.usefixtures("acme")
def test_a_grant_that_expired_held_what_was_used_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    later = MOMENT + DAY
    give_grant(monkeypatch, 50, reset="NEVER", expiresOn=to_iso(later))
    report_usage(130)
    set_clocks(monkeypatch, later)
    report_usage(5)
    assert look() == (100, 105, -5)


@pytest.mark.usefixtures("acme")
def test_a_debt_is_covered_by_what_is_bought_later(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(120)
    assert look() == (100, 120, -20)
    give_grant(monkeypatch, 50, MOMENT + HOUR, reset="NEVER")
    set_clocks(monkeypatch, MOMENT + HOUR)
    assert look() == (150, 120, 30)
    use_up(30)


@pytest.mark.usefixtures("acme")
def test_set_replaces_the_usage_of_the_month_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 of the grant are used in March. SET in April says what was used in April."""
    give_grant(monkeypatch, 50, reset="NEVER")
    report_usage(120, "SET", enforce=True)
    set_clocks(monkeypatch, NEXT_MONTH)
    assert refusal(send_report(131, "SET", enforce=True)) == (409, "usage_limit_exceeded")
    report_usage(130, "SET", enforce=True)
    assert look() == (150, 150, 0)
    report_usage(90, "SET", enforce=True)
    assert look() == (150, 110, 40)


def test_windows_of_a_new_billing_period_start_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the stream function: 60 used in the month, then a yearly period, then 5 more."""
    gives = make_hard_limit(100, **ANCHORED)
    subscription_id = subscribe_acme(gives)
    report_usage(60)
    sell_plan("pro", make_price("YEARLY"), gives=(gives,))
    update = Update(Offer(plan="pro", charge_period=ChargePeriod.YEARLY))
    later = MOMENT + HOUR
    update_subscription(subscription_stores(), SubscriptionTarget(subscription_id), update, later)
    set_clocks(monkeypatch, later)
    assert look() == (100, 0, 100)
    report_usage(5)
    assert look() == (100, 5, 95)


@pytest.mark.usefixtures("acme")
def test_an_override_keeps_the_usage_and_what_rolls_over(monkeypatch: pytest.MonkeyPatch) -> None:
    report_usage(60)
    later = MOMENT + HOUR
    set_clock(monkeypatch, "overrides/set", later)
    expect(send_override(value=500), 200)
    set_clocks(monkeypatch, later)
    assert look() == (500, 60, 440)


@pytest.mark.usefixtures("acme")
def test_a_counter_that_a_fast_clock_settled_is_settled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the report was ahead of the one that ended the pack. The report counts as a later one."""
    sell_plan("pack", gives=(make_hard_limit(500, reset=Reset.NEVER),))
    subscription_id = subscribe_at(MOMENT, "pack")
    set_clocks(monkeypatch, MOMENT + DAY)
    report_usage(120)
    now, target = MOMENT + DAY - HOUR, SubscriptionTarget(subscription_id)
    cancellation = Cancellation(kind=CancellationType.IMMEDIATE, on=None, reasons={})
    cancel_subscription(subscription_stores(), target, cancellation, now)
    assert get_counter().turns_on == MOMENT + DAY
    report_usage(1)
    assert get_counter().kinds == ("EVERY_MONTH",)
    assert look() == (100, 121, -21)


def test_what_gets_an_end_is_used_first_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grant of 5 expires soonest once it has an end, so the next 4 are of it, and not of the 10."""
    subscribe_acme(make_hard_limit(10))
    set_clock(monkeypatch, "overrides/set", MOMENT)
    expect(send_override(type="grant", value=5, reset="NEVER"), 200)
    report_usage(1)
    expires_on = to_iso(MOMENT + DAY)
    expect(send_override(type="grant", value=5, reset="NEVER", expiresOn=expires_on), 200)
    report_usage(4)
    assert look() == (15, 5, 10)
    set_clocks(monkeypatch, MOMENT + DAY)
    assert look() == (10, 1, 9)
