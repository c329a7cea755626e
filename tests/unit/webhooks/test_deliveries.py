"""Deliveries: what follows from each attempt, without a table and without a clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from parity.core.times import to_iso
from parity.webhooks.rules.deliveries import (
    MAX_ATTEMPTS_KEPT,
    PAUSES,
    Attempt,
    Delivery,
    DeliveryStatus,
    Failure,
    Outcome,
    give_up,
    new_delivery,
    parse_delivery_id,
    postpone,
    record_attempt,
)
from parity.webhooks.rules.endpoints import (
    FAILURES_BEFORE_PAUSE,
    HEALTHY,
    MAX_FAILING,
    PAUSE,
    Health,
    health_after,
)
from parity.webhooks.rules.events import read_event
from tests.support.builders.moments import MOMENT

OK = Outcome(status=200)
FAILED = Outcome(status=500)
ENDPOINT = "we_0f1e2d3c4b5a6978"


def make_delivery() -> Delivery:
    event = {
        "id": str(uuid4()),
        "type": "customer.created",
        "created_at": to_iso(MOMENT),
        "data": {"object": {}},
    }
    return new_delivery(read_event(event), ENDPOINT)


def attempt(delivery: Delivery, outcome: Outcome, after: timedelta = timedelta()) -> Delivery:
    return record_attempt(delivery, Attempt(MOMENT + after, outcome), by_itself=True)


def test_a_delivery_that_succeeds_is_tried_once() -> None:
    delivered = attempt(make_delivery(), OK)
    assert (delivered.status, delivered.due_on, delivered.attempts_made) == (
        DeliveryStatus.DELIVERED,
        None,
        1,
    )


def test_a_delivery_is_tried_for_three_days_with_growing_pauses() -> None:
    delivery, moments = make_delivery(), [MOMENT]
    while (delivery := attempt(delivery, FAILED, moments[-1] - MOMENT)).due_on:
        assert delivery.status is DeliveryStatus.WAITING
        moments.append(delivery.due_on)
    assert delivery.status is DeliveryStatus.FAILED
    assert len(moments) == len(PAUSES) + 1 == delivery.attempts_made
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert pauses == sorted(pauses)
    assert timedelta(days=2, hours=22) < moments[-1] - MOMENT < timedelta(days=3)


def test_what_is_postponed_is_due_later_and_no_attempt() -> None:
    waiting = postpone(make_delivery(), Failure.ENDPOINT_PAUSED, MOMENT)
    assert (waiting.status, waiting.due_on) == (DeliveryStatus.WAITING, MOMENT + PAUSES[0])
    assert (waiting.attempts, waiting.failure) == ((), Failure.ENDPOINT_PAUSED)
    for _ in PAUSES:
        waiting = postpone(waiting, Failure.ENDPOINT_PAUSED, MOMENT)
    assert (waiting.status, waiting.due_on) == (DeliveryStatus.FAILED, None)


def test_an_attempt_by_hand_leaves_the_plan() -> None:
    waiting = attempt(make_delivery(), FAILED)
    by_hand = record_attempt(waiting, Attempt(MOMENT, FAILED), by_itself=False)
    assert (by_hand.status, by_hand.due_on, by_hand.tries) == (DeliveryStatus.WAITING, waiting.due_on, 1)
    delivered = record_attempt(by_hand, Attempt(MOMENT, OK), by_itself=False)
    assert (delivered.status, delivered.due_on) == (DeliveryStatus.DELIVERED, None)
    test_event = record_attempt(make_delivery(), Attempt(MOMENT, FAILED), by_itself=False)
    assert (test_event.status, test_event.due_on) == (DeliveryStatus.FAILED, None)


def test_a_delivery_that_was_given_up_waits_for_nothing() -> None:
    given_up = give_up(attempt(make_delivery(), FAILED), Failure.ENDPOINT_DISABLED)
    assert (given_up.status, given_up.due_on, given_up.attempts_made) == (DeliveryStatus.FAILED, None, 1)


def test_only_the_latest_attempts_are_kept_and_all_are_counted() -> None:
    delivery = make_delivery()
    for number in range(MAX_ATTEMPTS_KEPT + 5):
        delivery = record_attempt(
            delivery, Attempt(MOMENT + timedelta(seconds=number), FAILED), by_itself=False
        )
    assert len(delivery.attempts) == MAX_ATTEMPTS_KEPT
    assert delivery.attempts_made == MAX_ATTEMPTS_KEPT + 5
    assert delivery.last_attempt
    assert delivery.last_attempt.on == MOMENT + timedelta(seconds=MAX_ATTEMPTS_KEPT + 4)


def test_an_id_says_where_the_delivery_is() -> None:
    id_ = make_delivery().id
    assert parse_delivery_id(str(id_)) == id_
    assert len(str(id_)) == 65


@pytest.mark.parametrize(
    "text", ["", "wd_", "wd_" + "0" * 61, "wd_" + "z" * 62, "x" * 65, "wd_" + "#" * 16 + "0" * 46]
)
def test_another_text_is_no_id(text: str) -> None:
    assert parse_delivery_id(text) is None


def test_an_endpoint_pauses_after_some_failures_and_fares_well_after_a_success() -> None:
    health = HEALTHY
    for number in range(1, FAILURES_BEFORE_PAUSE + 1):
        assert not health.is_paused(MOMENT)
        health = health_after(health, MOMENT, delivered=False)
        assert (health.failures, health.failing_since) == (number, MOMENT)
    assert health.is_paused(MOMENT + PAUSE / 2)
    assert not health.is_paused(MOMENT + PAUSE)
    assert health_after(health, MOMENT + PAUSE, delivered=True) == HEALTHY


def test_an_endpoint_has_failed_for_days_since_its_first_failure() -> None:
    health = Health(failures=7, failing_since=MOMENT)
    assert not health.has_failed_for_days(MOMENT + MAX_FAILING - timedelta(seconds=1))
    assert health.has_failed_for_days(MOMENT + MAX_FAILING)
    assert not HEALTHY.has_failed_for_days(MOMENT)
