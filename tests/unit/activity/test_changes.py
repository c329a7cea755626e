"""What writes of items mean: kinds of changes, and the attributes that changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from parity.activity.rules.attributes import Subject
from parity.activity.rules.changes import Change, ChangeKind, ItemWrite, derive_change
from parity.catalog.rules.feature_types import FeatureType
from parity.core.actors import SCHEDULE, USAGE, Actor, ActorKind
from parity.core.periods import Period
from parity.core.times import to_iso
from parity.customers.rules import customers
from parity.entitlements.rules.sources import SourceKind, ThresholdType
from parity.metering.rules.counters import UsageWindow
from parity.subscriptions.rules import cancellations, changes, payments
from parity.subscriptions.rules.subscriptions import (
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    advance_subscription,
)
from parity.usage.rules.alerts import Alert, RecordedAlert
from parity.usage.rules.resets import UsageReset
from tests.support.builders.customers import make_customer
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import APRIL, DAY, FEBRUARY_END, MARCH, MOMENT, START
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

KEY = Actor(ActorKind.API_KEY, "sk_4fQz…9Kd2")
ACME = make_customer("Acme", email="hi@acme.example", metadata={"tier": 1}, billing_id="cus_1")
ARCHIVED = customers.archive_customer(ACME, MOMENT)


def derive(old: Subject | None, new: Subject | None, by: Actor | None = KEY) -> Change | None:
    return derive_change(ItemWrite(id="1", customer_id="acme", old=old, new=new, at=MOMENT, by=by))


def tell(old: Subject | None, new: Subject | None) -> tuple[str, dict[str, tuple[Any, Any]]]:
    """The kind of the change, and old and new values by attribute."""
    change = derive(old, new)
    assert change
    return change.kind.value, {name: (old, new) for name, old, new in change.attributes}


def test_a_change_has_the_id_the_moment_and_the_actor_of_its_write_and_both_items() -> None:
    renamed = replace(ACME, name="Acme Ltd", version=2)
    change = derive(ACME, renamed)
    assert change
    assert (change.id, change.customer_id, change.at, change.by) == ("1", "acme", MOMENT, KEY)
    assert (change.old, change.new, change.subject) == (ACME, renamed, renamed)


def test_a_new_customer_is_told_with_the_values_that_it_has() -> None:
    kind, attributes = tell(None, ACME)
    assert kind == "customer.created"
    assert attributes == {
        "name": (None, "Acme"),
        "email": (None, "hi@acme.example"),
        "metadata": (None, {"tier": 1}),
        "billingId": (None, "cus_1"),
        "status": (None, "active"),
    }


def test_a_customer_that_an_import_made_is_told_as_such() -> None:
    assert tell(None, replace(ACME, imported_as="mark"))[0] == "customer.imported"


def test_a_changed_customer_is_told_with_what_changed_only() -> None:
    address = {
        "country": "DE",
        "line1": "Ring 1",
        "line2": None,
        "postal_code": "1",
        "city": "B",
        "state": "B",
    }
    changed = customers.change_customer(ACME, {"email": None, "billing_address": address}, MOMENT)
    kind, attributes = tell(ACME, changed)
    assert kind == "customer.updated"
    assert attributes.pop("email") == ("hi@acme.example", None)
    (old, new) = attributes.pop("billingAddress")
    assert (old, new["postalCode"]) == (None, "1")
    assert attributes == {}


def test_metadata_keeps_the_callers_own_names_and_tells_true_from_1() -> None:
    changed = replace(ACME, metadata={"job_id": True})
    assert tell(replace(ACME, metadata={"job_id": 1}), changed)[1] == {
        "metadata": ({"job_id": 1}, {"job_id": True})
    }


def test_the_number_of_live_subscriptions_is_no_change_of_its_own() -> None:
    assert derive(ACME, replace(ACME, live_subscriptions=1, version=2, modified_on=MOMENT)) is None


def test_archiving_and_unarchiving_are_told() -> None:
    assert tell(ACME, ARCHIVED) == ("customer.archived", {"status": ("active", "archived")})
    back = customers.unarchive_customer(ARCHIVED, MOMENT)
    assert tell(ARCHIVED, back) == ("customer.unarchived", {"status": ("archived", "active")})


def test_an_erasure_is_told_without_what_was_erased() -> None:
    assert tell(ARCHIVED, customers.erase_customer(ARCHIVED, MOMENT)) == ("customer.erased", {})


def test_a_new_subscription_is_told_with_its_plan() -> None:
    kind, attributes = tell(None, make_subscription())
    assert kind == "subscription.created"
    assert attributes["planIdentifier"] == (None, "pro")
    assert attributes["status"] == (None, "active")
    assert attributes["amount"] == (None, "20.00")
    assert "quantities" not in attributes


@pytest.mark.parametrize(
    ("old", "at", "kind", "expected"),
    [
        (
            make_subscription(),
            FEBRUARY_END,
            "subscription.renewed",
            {"billingPeriodStartTime": (to_iso(START), to_iso(FEBRUARY_END))},
        ),
        (
            make_subscription(trial_end=MARCH),
            MARCH,
            "subscription.updated",
            {"status": ("trialing", "active")},
        ),
        (
            cancellations.cancel_at_period_end(make_subscription(), START, {}),
            FEBRUARY_END,
            "subscription.canceled",
            {"status": ("active", "canceled")},
        ),
        (
            make_subscription_in(SubscriptionStatus.INCOMPLETE),
            START + DAY,
            "subscription.expired",
            {"status": ("incomplete", "incomplete_expired")},
        ),
        (
            make_subscription_in(SubscriptionStatus.PAST_DUE),
            START + RETRY_WINDOW,
            "subscription.canceled",
            {"status": ("past_due", "canceled")},
        ),
        (
            changes.schedule_terms_change(make_subscription(), make_terms(plan="team"), START),
            FEBRUARY_END,
            "subscription.plan_changed",
            {"planIdentifier": ("pro", "team")},
        ),
    ],
)
def test_what_time_does_is_told(
    old: Subscription, at: datetime, kind: str, expected: dict[str, tuple[Any, Any]]
) -> None:
    told, attributes = tell(old, advance_subscription(old, at))
    assert told == kind
    assert attributes.items() >= expected.items()


def test_a_cancel_to_come_is_told_when_it_is_decided_and_when_it_is_taken_back() -> None:
    fresh = make_subscription()
    reasons = {"reason": "CANCELLED_BY_MERCHANT", "comment": "Moved"}
    canceled = cancellations.cancel_at_period_end(fresh, MOMENT, reasons)
    kind, attributes = tell(fresh, canceled)
    assert kind == "subscription.cancel_scheduled"
    assert attributes == {
        "endTime": (None, to_iso(FEBRUARY_END)),
        "canceledAt": (None, to_iso(MOMENT)),
        "cancellationReason": (None, "CANCELLED_BY_MERCHANT"),
        "cancellationComment": (None, "Moved"),
    }
    assert tell(canceled, cancellations.drop_pending(canceled, MOMENT))[0] == "subscription.updated"


def test_another_plan_at_once_is_told_with_both_plans() -> None:
    fresh = make_subscription()
    kind, attributes = tell(fresh, changes.change_terms(fresh, make_terms(plan="team"), MOMENT))
    assert kind == "subscription.plan_changed"
    assert attributes == {"planIdentifier": ("pro", "team")}


def test_a_change_to_come_and_a_payment_are_told() -> None:
    fresh = make_subscription()
    to_come = changes.schedule_terms_change(fresh, make_terms(plan="team"), MOMENT)
    waits = {"planIdentifier": "team", "planVersion": 1, "chargePeriod": "MONTHLY", "quantities": None}
    assert tell(fresh, to_come) == ("subscription.updated", {"pendingChange": (None, waits)})
    failed = payments.apply_failed_payment(fresh, MOMENT)
    assert tell(fresh, failed) == ("subscription.updated", {"status": ("active", "past_due")})


def test_more_of_a_feature_is_told_as_a_quantity() -> None:
    fresh = make_subscription()
    more = changes.change_terms(fresh, make_terms(quantities={"seats": 7}), MOMENT)
    assert tell(fresh, more) == ("subscription.updated", {"quantities": (None, {"seats": 7})})


def test_an_override_is_told_when_it_is_set_changed_and_removed() -> None:
    first = make_override(SourceKind.OVERRIDE, value=10)
    assert tell(None, first)[0] == "override.set"
    assert tell(first, replace(first, value=20)) == ("override.set", {"value": (10, 20)})
    kind, attributes = tell(first, None)
    assert kind == "override.removed"
    assert attributes["value"] == (10, None)


def test_a_grant_is_told_when_it_is_created_changed_and_removed() -> None:
    grant = make_override(number="1f0c", value=10)
    assert tell(None, grant)[0] == "grant.created"
    assert tell(grant, replace(grant, value=20)) == ("grant.updated", {"value": (10, 20)})
    assert tell(grant, None)[0] == "grant.removed"


def test_a_switch_is_told_as_true_or_false_and_settings_by_their_names_in_the_api() -> None:
    switch = make_override(SourceKind.OVERRIDE, value=1, feature_type=FeatureType.BOOLEAN)
    assert tell(switch, replace(switch, value=0))[1] == {"value": (True, False)}
    alerts = {"enabled": True, "thresholds": [80], "threshold_type": "PERCENTAGE"}
    told = {"enabled": True, "thresholds": [80], "thresholdType": "PERCENTAGE"}
    assert tell(switch, replace(switch, usage_alerts=alerts))[1] == {"usageAlerts": (None, told)}


def test_a_reset_is_told_with_what_was_used_before() -> None:
    window = UsageWindow(kind="EVERY_MONTH", period=Period(MARCH, APRIL), used=12)
    reset = UsageReset(customer_id="acme", feature="exports", at=MOMENT, note="Sorry", windows=(window,))
    assert tell(None, reset) == (
        "usage.reset",
        {"used": ({"EVERY_MONTH": 12}, {"EVERY_MONTH": 0}), "note": (None, "Sorry")},
    )


def test_a_reset_of_what_was_not_used_is_told_too() -> None:
    reset = UsageReset(customer_id="acme", feature="exports", at=MOMENT, note=None, windows=())
    assert tell(None, reset) == ("usage.reset", {})


def test_an_alert_is_told_as_made_by_usage() -> None:
    alert = Alert(
        feature="exports",
        threshold_type=ThresholdType.PERCENTAGE,
        threshold_value=80,
        kind="EVERY_MONTH",
        window=Period(MARCH, APRIL),
        usage_limit=100,
        current_usage=81,
        subscription_id="sub-1",
    )
    recorded = RecordedAlert(
        id="1", customer_id="acme", sort_key="", alert=alert, created_on=MOMENT, published=False
    )
    change = derive(None, recorded, by=None)
    assert change
    assert (change.kind, change.by) == (ChangeKind.ALERT_REACHED, USAGE)
    assert {each.name: each.new for each in change.attributes}["currentUsage"] == 81


def test_a_write_that_changes_nothing_that_people_see_is_not_told() -> None:
    fresh = make_subscription()
    assert derive(fresh, replace(fresh, version=2, modified_on=MOMENT), SCHEDULE) is None
