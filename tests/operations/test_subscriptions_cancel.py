"""POST /api/v1/subscriptions/{subscriptionId}/cancel and .../undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import check_snapshot, recompute_and_check
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    list_subscription_ids,
    make_request,
    post_to_subscription,
    subscribe_at,
)
from tests.support.fakes.functions import load_handler
from tests.support.fakes.tables import lose_first_answer, scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

IMMEDIATE = {"cancellation_type": "IMMEDIATE"}
PERIOD_END = {"cancellation_type": "CURRENT_PERIOD_ENDS"}


def cancel_subscription(subscription_id: str, body: dict[str, Any]) -> str:
    """Cancels a subscription; returns the message of the answer."""
    reply = post_to_subscription("cancel", subscription_id, body)
    assert reply.headers["etag"] == f'"{get_subscription(subscription_id)["version"]}"'
    message: str = expect(reply, 200)["message"]
    return message


def make_cancel_on(moment: datetime) -> dict[str, Any]:
    return {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{moment:%Y-%m-%d}"}


def test_an_immediate_cancel_takes_access_away_before_its_answer() -> None:
    body = create_subscription()
    assert recompute_and_check()["exports"].has_access
    assert cancel_subscription(body["id"], IMMEDIATE) == f"The subscription {body['id']} was canceled."
    assert check_snapshot() == {}
    after = get_subscription(body["id"])
    assert after == body | {
        "status": "canceled",
        "endDate": f"{now():%Y-%m-%d}",
        "nextInvoiceDate": None,
        "canceledAt": after["modifiedOn"],
        "cancellationReason": "CANCELLED_BY_MERCHANT",
        "version": 2,
        "modifiedOn": after["modifiedOn"],
    }


def test_the_customer_may_be_archived_after_the_cancel() -> None:
    first, second = create_subscription(), create_subscription()
    cancel_subscription(first["id"], IMMEDIATE)
    assert count_live_subscriptions() == 1
    assert check_snapshot()["exports"].value == 100
    cancel_subscription(second["id"], IMMEDIATE)
    assert count_live_subscriptions() == 0
    archive_customer("acme")


def test_every_live_subscription_can_be_canceled() -> None:
    starts, trials = (None, to_iso(FUTURE)), (None, to_iso(FUTURE + DAY))
    for start, payment, trial in product(starts, (None, "activate_on_payment"), trials):
        body = create_subscription(start_date=start, payment_behavior=payment, trial_end=trial)
        cancel_subscription(body["id"], IMMEDIATE)
        assert get_subscription(body["id"])["status"] == "canceled"
    assert count_live_subscriptions() == 0
    assert recompute_and_check(FUTURE) == {}


def test_a_cancel_at_the_end_of_the_period_keeps_access_until_then() -> None:
    body = create_subscription()
    end = datetime.fromisoformat(body["billingPeriodEndTime"])
    message = cancel_subscription(body["id"], PERIOD_END)
    assert message == f"The subscription {body['id']} will be canceled on {end:%Y-%m-%d}."
    after = get_subscription(body["id"])
    assert (after["status"], after["endDate"], after["nextInvoiceDate"]) == (
        "active",
        f"{end:%Y-%m-%d}",
        None,
    )
    assert after["canceledAt"] == after["modifiedOn"]
    assert recompute_and_check(end - DAY)["exports"].has_access
    assert check_snapshot(end) == {}
    ended = advance_subscription(body["id"], end)
    assert (ended["status"], ended["canceledAt"]) == ("canceled", after["canceledAt"])
    assert count_live_subscriptions() == 0


def test_a_trial_that_is_canceled_ends_with_it() -> None:
    body = create_subscription(trial_end=to_iso(FUTURE))
    cancel_subscription(body["id"], PERIOD_END)
    assert get_subscription(body["id"])["endDate"] == f"{FUTURE:%Y-%m-%d}"
    assert advance_subscription(body["id"], FUTURE)["status"] == "canceled"


def test_a_cancel_on_a_date_waits_for_the_beginning_of_that_day() -> None:
    body = create_subscription()
    cancel_subscription(body["id"], make_cancel_on(FUTURE))
    midnight = FUTURE.replace(hour=0, minute=0, second=0)
    assert get_subscription(body["id"])["endDate"] == f"{FUTURE:%Y-%m-%d}"
    assert recompute_and_check(midnight - timedelta(seconds=1))["exports"].has_access
    assert check_snapshot(midnight) == {}
    renewed = advance_subscription(body["id"], midnight - timedelta(seconds=1))
    assert renewed["status"] == "active"
    assert renewed["billingPeriodStartTime"] > body["billingPeriodStartTime"]
    assert advance_subscription(body["id"], midnight)["status"] == "canceled"


def test_the_reasons_of_a_cancel_are_stored() -> None:
    body = create_subscription()
    said = {"cancellationFeedback": "TOO_EXPENSIVE", "cancellationComment": "See you\nnext year"}
    cancel_subscription(body["id"], {"cancellationType": "IMMEDIATE", **said})
    after = get_subscription(body["id"])
    assert {name: after[name] for name in said} == said


def test_a_later_cancel_takes_the_place_of_the_one_before() -> None:
    body = create_subscription()
    cancel_subscription(body["id"], PERIOD_END | {"cancellation_feedback": "UNUSED"})
    cancel_subscription(body["id"], make_cancel_on(FUTURE))
    after = get_subscription(body["id"])
    assert (after["endDate"], after["cancellationFeedback"]) == (f"{FUTURE:%Y-%m-%d}", None)
    cancel_subscription(body["id"], IMMEDIATE)
    assert refusal(post_to_subscription("cancel", body["id"], PERIOD_END)) == (409, "subscription_ended")
    assert refusal(post_to_subscription("cancel", body["id"], IMMEDIATE)) == (409, "subscription_ended")


def test_a_date_means_something_with_its_own_type_only() -> None:
    body = create_subscription()
    cancel_subscription(body["id"], PERIOD_END | {"cancellation_date": "2020-01-01"})
    assert get_subscription(body["id"])["endDate"] == body["nextInvoiceDate"]
    cancel_subscription(body["id"], IMMEDIATE | {"cancellation_date": "whenever"})
    assert get_subscription(body["id"])["status"] == "canceled"


def test_wrong_fields_are_named_and_nothing_is_written(parity_table: Table) -> None:
    body, once = create_subscription(), create_subscription(charge_period="ONE_TIME")
    before = scan_items(parity_table)
    date = {"cancellation_type": "SPECIFIC_DATE"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "cancellationType"),
        ({"cancellation_type": "immediate"}, "cancellationType"),
        (date, "cancellationDate"),
        (make_cancel_on(now()), "cancellationDate"),
        (date | {"cancellation_date": "2020-01-01"}, "cancellationDate"),
        (date | {"cancellation_date": "9999-12-31"}, "cancellationDate"),
        (date | {"cancellation_date": to_iso(FUTURE)}, "cancellationDate"),
        (date | {"cancellation_date": "2027-02-30"}, "cancellationDate"),
        (date | {"cancellation_date": 20300101}, "cancellationDate"),
        (IMMEDIATE | {"cancellation_feedback": "OTHERS"}, "cancellationFeedback"),
        (IMMEDIATE | {"cancellation_comment": "x" * 2001}, "cancellationComment"),
        (IMMEDIATE | {"cancellation_reason": "x"}, "cancellationReason"),
    ]
    for fields, name in wrong:
        reply = post_to_subscription("cancel", body["id"], fields)
        assert {to_camel(each) for each in wrong_fields(reply)} == {name}, fields
    assert wrong_fields(post_to_subscription("cancel", once["id"], PERIOD_END)) == {"cancellationType": 1}
    hostile: list[Any] = [[], "x", b"\xff", "{", None]
    for each in hostile:
        assert refusal(post_to_subscription("cancel", body["id"], each))[0] == 400
    assert scan_items(parity_table) == before


def test_a_cancel_that_is_undone_never_was() -> None:
    body = create_subscription()
    cancel_subscription(body["id"], PERIOD_END | {"cancellation_comment": "x"})
    reply = post_to_subscription("undo", body["id"])
    after = expect(reply, 200)
    assert after == get_subscription(body["id"]) == body | {"version": 3, "modifiedOn": after["modifiedOn"]}
    assert reply.headers["etag"] == '"3"'
    end = datetime.fromisoformat(body["billingPeriodEndTime"])
    assert recompute_and_check(end)["exports"].has_access
    assert advance_subscription(body["id"], end)["status"] == "active"
    assert count_live_subscriptions() == 1


def test_an_undone_change_never_takes_effect() -> None:
    body = create_subscription()
    post_to_subscription("update", body["id"], make_request("team", effective="PERIOD_END"))
    assert expect(post_to_subscription("undo", body["id"]), 200)["pendingChange"] is None
    end = datetime.fromisoformat(body["billingPeriodEndTime"])
    assert advance_subscription(body["id"], end)["plan"]["identifier"] == "pro"


def test_an_undo_brings_back_the_change_that_a_cancel_prevented() -> None:
    body = create_subscription()
    post_to_subscription("update", body["id"], make_request("team", effective="PERIOD_END"))
    before = get_subscription(body["id"])
    cancel_subscription(body["id"], PERIOD_END)
    assert get_subscription(body["id"])["pendingChange"] is None
    after = expect(post_to_subscription("undo", body["id"]), 200)
    assert after == before | {"version": 4, "modifiedOn": after["modifiedOn"]}
    assert expect(post_to_subscription("undo", body["id"]), 200)["pendingChange"] is None
    assert refusal(post_to_subscription("undo", body["id"])) == (409, "nothing_to_undo")


def test_undo_without_a_pending_cancel_or_change_is_refused() -> None:
    body = create_subscription()
    assert refusal(post_to_subscription("undo", body["id"])) == (409, "nothing_to_undo")
    cancel_subscription(body["id"], IMMEDIATE)
    assert refusal(post_to_subscription("undo", body["id"])) == (409, "subscription_ended")


def test_an_overdue_end_cannot_be_undone_even_before_the_scheduler_ran(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscription_id = subscribe_at(now() - 400 * DAY)
    cancel_subscription(subscription_id, make_cancel_on(FUTURE))
    monkeypatch.setattr(load_handler("subscriptions/undo"), "now", lambda: FUTURE)
    assert refusal(post_to_subscription("undo", subscription_id)) == (409, "subscription_ended")
    assert get_subscription(subscription_id)["status"] == "active"


def test_a_cancel_at_the_end_of_the_period_means_the_period_that_runs(parity_table: Table) -> None:
    """The scheduler did not run for months: the stored period ended long ago."""
    subscription_id = subscribe_at(now() - 100 * DAY)
    assert get_subscription(subscription_id)["nextInvoiceDate"] < f"{now():%Y-%m-%d}"
    cancel_subscription(subscription_id, PERIOD_END)
    after = get_subscription(subscription_id)
    assert (after["status"], after["endDate"] > f"{now():%Y-%m-%d}") == ("active", True)


def test_a_cancel_sent_twice_by_the_aws_client_counts_once(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, _ = create_subscription(), create_subscription()
    lost = lose_first_answer(parity_table, monkeypatch)
    cancel_subscription(body["id"], IMMEDIATE)
    assert lost
    assert count_live_subscriptions() == 1
    assert get_subscription(body["id"])["version"] == 2


def test_a_cancel_and_a_recomputation_at_once_end_without_access(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream function writes a snapshot between our read and our write."""
    from parity.subscriptions.store.subscriptions import SubscriptionStore  # noqa: PLC0415

    body = create_subscription()
    replace = SubscriptionStore.replace

    def write_after_another(store: SubscriptionStore, *args: Any, **options: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(SubscriptionStore, "replace", replace)
        assert recompute_and_check()
        replace(store, *args, **options)

    monkeypatch.setattr(SubscriptionStore, "replace", write_after_another)
    cancel_subscription(body["id"], IMMEDIATE)
    assert check_snapshot() == {}
    assert list_subscription_ids("customer_id=acme") == []
