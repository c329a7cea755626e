"""POST /api/v1/report/usage: windows that follow the billing period through a trial and a change."""

from __future__ import annotations

import pytest

from parity.core.periods import Reset, ResetTime
from parity.metering.api.stores import window_stores
from parity.metering.service.windows import recompute_with_counters
from tests.support.builders.catalog import create_feature, make_hard_limit, make_price, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import check_entitlements, recompute_snapshot
from tests.support.builders.moments import DAY, MOMENT
from tests.support.builders.reports import report_usage, set_clocks
from tests.support.builders.subscriptions import post_to_subscription, subscribe_at
from tests.support.fakes.event_sources import advance_due
from tests.support.fakes.functions import set_clock

pytestmark = pytest.mark.usefixtures("usage_at_noon", "parity_table")

TRIAL_END = MOMENT + 14 * DAY


@pytest.fixture(autouse=True)
def anchored_plan() -> None:
    """A plan with 100 exports a month, counted from the subscription's start."""
    anchored = make_hard_limit(100, reset=Reset.EVERY_MONTH, reset_time=ResetTime.SUBSCRIPTION_START)
    create_feature("exports")
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"), gives=(anchored,))
    create_customer("Acme")


def get_remaining() -> float:
    left: float = check_entitlements()["exports"]["remaining"]
    return left


def test_usage_in_a_trial_does_not_count_against_what_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe_at(MOMENT, trial_end=TRIAL_END)
    recompute_snapshot("acme")
    report_usage(100)
    assert get_remaining() == 0
    set_clocks(monkeypatch, TRIAL_END)
    assert get_remaining() == 100, "before the scheduler has run"
    report_usage(30)
    assert get_remaining() == 70
    assert advance_due(TRIAL_END + DAY) == (1, 0)
    recompute_snapshot("acme")
    assert get_remaining() == 70


@pytest.mark.parametrize(
    "change", [{"charge_period": "MONTHLY", "trial_end": "now"}, {"charge_period": "YEARLY"}]
)
def test_usage_starts_anew_with_a_new_period(change: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    trial_end = TRIAL_END if "trial_end" in change else None
    subscription_id = subscribe_at(MOMENT, trial_end=trial_end)
    recompute_snapshot("acme")
    report_usage(100)
    later = MOMENT + 3 * DAY
    set_clock(monkeypatch, "subscriptions/update", later)
    set_clocks(monkeypatch, later)
    assert get_remaining() == 0
    assert post_to_subscription("update", subscription_id, {"plan_identifier": "pro", **change}).status == 200
    assert get_remaining() == 100
    recompute_with_counters(window_stores(), "acme", later)
    report_usage(100)
    assert get_remaining() == 0
