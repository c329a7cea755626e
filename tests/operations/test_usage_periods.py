"""GET /api/v1/customers/{customerId}/usage/{feature}/periods: the windows of a metered entitlement."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    make_override,
    recompute_snapshot,
    store_overrides,
    subscribe_acme,
)
from tests.support.builders.moments import APRIL, FEBRUARY, JANUARY, MARCH
from tests.support.builders.reports import MONTHLY
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.builders.usage_history import (
    list_periods,
    list_window_usage,
    list_windows,
    use_feature,
)
from tests.support.fakes.clients import record_requests

pytestmark = pytest.mark.usefixtures("usage_in_april")


def test_a_history_has_usage_and_limit_of_each_window() -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY))
    use_feature(60, MARCH)
    use_feature(7, APRIL)
    assert expect(list_periods(query="limit=2"), 200) == {
        "customerId": "acme",
        "featureId": "exports",
        "kind": "EVERY_MONTH",
        "results": [
            {
                "start": "2026-04-01T00:00:00.000000Z",
                "end": "2026-05-01T00:00:00.000000Z",
                "used": 7,
                "usageLimit": 100,
                "rolledOver": 0,
                "remaining": 93,
                "resetAt": None,
                "isCurrent": True,
            },
            {
                "start": "2026-03-01T00:00:00.000000Z",
                "end": "2026-04-01T00:00:00.000000Z",
                "used": 60,
                "usageLimit": 100,
                "rolledOver": 0,
                "remaining": 40,
                "resetAt": None,
                "isCurrent": False,
            },
        ],
    }


def test_windows_without_usage_are_shown_back_to_the_start() -> None:
    """The subscription began on 31 January."""
    subscribe_acme(make_entitlement(**MONTHLY))
    assert list_window_usage() == [("2026-04", 0), ("2026-03", 0), ("2026-02", 0), ("2026-01", 0)]
    use_feature(7, FEBRUARY)
    use_feature(8, APRIL)
    assert list_window_usage() == [("2026-04", 8), ("2026-03", 0), ("2026-02", 7), ("2026-01", 0)]
    assert list_window_usage("limit=3") == [("2026-04", 8), ("2026-03", 0), ("2026-02", 7)]
    assert [each["isCurrent"] for each in list_windows()] == [True, False, False, False]


def test_usage_before_the_entitlement_is_part_of_the_history() -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(5, JANUARY)
    use_feature(6, MARCH)
    assert list_window_usage()[-2:] == [("2026-02", 0), ("2026-01", 5)]


def test_a_window_that_ended_without_a_later_one_keeps_its_usage() -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    assert list_window_usage("limit=2") == [("2026-04", 0), ("2026-03", 60)]


def test_windows_keep_their_limits() -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY))
    use_feature(1, FEBRUARY)
    use_feature(2, MARCH)
    store_overrides(make_override(SourceKind.OVERRIDE, value=500, reset=None, created_on=APRIL))
    use_feature(3, APRIL)
    assert [(each["usageLimit"], each["remaining"]) for each in list_windows("limit=3")] == [
        (500, 497),
        (100, 98),
        (100, 99),
    ]


def test_a_rollover_is_shown_and_part_of_the_limit() -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": None}
    subscribe_acme(make_entitlement(value=100, rollover=rollover, **MONTHLY))
    use_feature(60, FEBRUARY)
    use_feature(10, APRIL)
    assert [(each["rolledOver"], each["usageLimit"]) for each in list_windows("limit=3")] == [
        (72, 172),  # half of 145, as nothing was used in March
        (45, 145),
        (50, 150),  # half of January's 100
    ]


def test_a_rollover_from_before_the_shown_windows_counts() -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": None}
    subscribe_acme(make_entitlement(value=100, rollover=rollover, **MONTHLY))
    use_feature(60, FEBRUARY)
    use_feature(10, APRIL)
    for limit in (1, 2, 3):
        assert list_windows(f"limit={limit}") == list_windows()[:limit]


def test_unlimited_usage_has_no_limit_and_no_remaining_amount() -> None:
    subscribe_acme(make_entitlement(value=None, unlimited=True, hard_limit=False, **MONTHLY))
    use_feature(60, APRIL)
    first, *_ = list_windows()
    assert (first["used"], first["usageLimit"], first["remaining"]) == (60, None, None)


def test_more_may_be_used_than_the_limit() -> None:
    subscribe_acme(make_entitlement(value=100, hard_limit=False, **MONTHLY))
    use_feature(120, APRIL)
    assert list_windows()[0]["remaining"] == -20


def test_usage_that_is_never_reset_has_one_window() -> None:
    subscribe_acme(make_entitlement(value=100))
    use_feature(1, MARCH)
    use_feature(2, APRIL)
    (only,) = list_windows()
    assert (only["start"][:4], only["end"], only["used"], only["usageLimit"]) == ("1970", None, 3, 100)
    assert only["isCurrent"]


def test_other_windows_can_be_asked_for() -> None:
    """The counter has no window by the year. The hours have the usage."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(1, FEBRUARY)
    use_feature(2, APRIL)
    body = expect(list_periods(query="kind=EVERY_YEAR"), 200)
    (year,) = body["results"]
    assert (body["kind"], year["start"][:4], year["used"], year["usageLimit"]) == (
        "EVERY_YEAR",
        "2026",
        3,
        None,
    )


def test_windows_that_follow_the_subscription_are_named_by_its_start() -> None:
    subscribe_acme(make_entitlement(reset_time="SUBSCRIPTION_START", **MONTHLY))
    use_feature(1, MARCH)
    body = expect(list_periods(), 200)
    assert body["kind"] == "EVERY_MONTH@20260131T103000000000"
    assert [each["start"][:16] for each in body["results"]] == [
        "2026-03-31T10:30",
        "2026-02-28T10:30",
        "2026-01-31T10:30",
    ]
    assert list_windows(f"kind={body['kind']}") == body["results"]


def test_a_history_takes_few_requests(parity_table: Table) -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    for month in (FEBRUARY, MARCH, APRIL):
        use_feature(1, month)
    with record_requests(parity_table.client) as requests:
        list_windows("limit=3")
    assert [name for name, _ in requests] == ["Query", "BatchGetItem", "Query"]


def test_an_archived_customer_has_a_history() -> None:
    subscription_id = subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    use_feature(7, APRIL)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    recompute_snapshot()
    assert list_window_usage() == [("2026-04", 7), ("2026-03", 60)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("kind=EVERY_MINUTE", "kind"),
        ("kind=EVERY_MONTH@2026", "kind"),
        ("kind=", "kind"),
    ],
)
def test_a_wrong_parameter_is_named(query: str, field: str) -> None:
    subscribe_acme(make_entitlement(**MONTHLY))
    assert wrong_fields(list_periods(query=query)) == {field: 1}


@pytest.mark.parametrize(
    ("customer_id", "feature", "refused"),
    [
        ("nobody", "exports", (404, "customer_not_found")),
        ("acme", "nothing", (404, "feature_not_found")),
        ("acme", "sso", (409, "feature_not_metered")),
    ],
)
def test_the_history_of_an_unknown_customer_or_feature_is_refused(
    customer_id: str, feature: str, refused: tuple[int, str]
) -> None:
    create_customer("Acme")
    create_feature("SSO", "BOOLEAN")
    assert refusal(list_periods(feature, customer_id=customer_id)) == refused
