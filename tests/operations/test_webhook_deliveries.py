"""Events on their way: to the endpoints that want them, tried again, given up, and in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from parity.core.times import from_iso, now, to_iso
from parity.dynamodb.table import Table
from parity.webhooks.rules.deliveries import PAUSES
from parity.webhooks.rules.endpoints import FAILURES_BEFORE_PAUSE, MAX_FAILING, PAUSE
from parity.webhooks.store.delivery_queue import DeliveryQueue
from tests.support.answers import expect, refusal
from tests.support.builders.webhooks import (
    DELIVER,
    create_endpoint,
    deliver,
    distribute,
    get_endpoint,
    list_log,
    make_batch,
    make_event,
    receive_attempts,
    retry,
    send_endpoint_update,
    set_webhook_clocks,
)
from tests.support.fakes.functions import Context, call, load_handler
from tests.support.fakes.receivers import Receiver, in_turn, respond, run_receiver
from tests.support.fakes.tables import scan_items

NOW = now()
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def loopback(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_LOOPBACK_WEBHOOKS", "true")
    set_webhook_clocks(monkeypatch, NOW)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver(respond(body=b"thanks")) as receiver:
        yield receiver


@pytest.fixture
def failing() -> Iterator[Receiver]:
    with run_receiver(respond("500 Internal Server Error", b"oh no")) as receiver:
        yield receiver


def event() -> dict[str, Any]:
    return make_event(created_on=NOW)


def test_an_event_reaches_the_endpoints_that_want_it_once(
    attempts_queue: DeliveryQueue, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor's library looks at the clock: a signature is good for five minutes."""
    set_webhook_clocks(monkeypatch, now())
    everything = create_endpoint(url=receiver.url)
    create_endpoint(url=receiver.url, eventTypes=["subscription.created"])
    create_endpoint(url=receiver.url, enabled=False)
    told = event()
    assert distribute(told) == {"batchItemFailures": []}
    assert deliver(attempts_queue) == 1
    (received,) = receiver.received
    assert received.body == json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    assert Webhook(everything["secret"]).verify(received.body, received.headers) == told
    assert received.headers["webhook-id"] == told["id"]


def test_the_log_has_what_was_sent_and_answered(attempts_queue: DeliveryQueue, receiver: Receiver) -> None:
    endpoint = create_endpoint(url=receiver.url)
    told = event()
    distribute(told)
    deliver(attempts_queue)
    (row,) = list_log()
    (attempt,) = row.pop("attempts")
    assert row == {
        "id": row["id"],
        "eventId": told["id"],
        "eventType": "customer.created",
        "endpoint": endpoint["id"],
        "status": "DELIVERED",
        "statusCode": 200,
        "isSuccess": True,
        "failure": None,
        "retryCount": 0,
        "lastAttempt": to_iso(NOW),
        "nextAttempt": None,
        "createdOn": to_iso(NOW),
        "payload": told,
    }
    assert attempt == {
        "on": to_iso(NOW),
        "statusCode": 200,
        "failure": None,
        "durationMilliseconds": attempt["durationMilliseconds"],
        "answer": "thanks",
    }


def test_an_event_that_comes_again_is_sent_once(attempts_queue: DeliveryQueue, receiver: Receiver) -> None:
    """The queue recognises it for some minutes, and the log after that."""
    create_endpoint(url=receiver.url)
    told = event()
    for _ in range(2):
        distribute(told)
    (body,) = receive_attempts(attempts_queue)
    for _ in range(2):
        load_handler(DELIVER).handler(make_batch([body]), Context())
    assert len(receiver.received) == 1
    assert list_log()[0]["retryCount"] == 0


def test_what_is_no_event_keeps_no_other_waiting(attempts_queue: DeliveryQueue, receiver: Receiver) -> None:
    create_endpoint(url=receiver.url)
    wrong = [
        {**event(), "id": "1"},
        {"type": "customer.created"},
        {**event(), "created_at": "today"},
        {**event(), "data": {}},
    ]
    answer = distribute(wrong[0], event(), *wrong[1:])
    assert answer == {"batchItemFailures": [{"itemIdentifier": str(number)} for number in (0, 2, 3, 4)]}
    assert deliver(attempts_queue) == 1


def test_a_failed_attempt_is_made_again_when_it_is_due(
    attempts_queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_receiver(in_turn(respond("500 Internal Server Error"), respond())) as receiver:
        create_endpoint(url=receiver.url)
        distribute(event())
        deliver(attempts_queue)
        (row,) = list_log()
        assert (row["status"], row["statusCode"], row["isSuccess"]) == ("WAITING", 500, False)
        assert row["nextAttempt"] == to_iso(NOW + PAUSES[0])
        set_webhook_clocks(monkeypatch, NOW + PAUSES[0] - timedelta(seconds=1))
        assert retry(attempts_queue) == 0
        later = NOW + PAUSES[0] + timedelta(seconds=1)
        set_webhook_clocks(monkeypatch, later)
        assert retry(attempts_queue) == 1
        first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) == int(later.timestamp())
    (row,) = list_log()
    assert (row["status"], row["retryCount"], row["nextAttempt"]) == ("DELIVERED", 1, None)
    set_webhook_clocks(monkeypatch, later + timedelta(days=1))
    assert retry(attempts_queue) == 0


def test_an_attempt_whose_message_is_lost_is_due_again(
    attempts_queue: DeliveryQueue, failing: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_endpoint(url=failing.url)
    distribute(event())
    deliver(attempts_queue)
    set_webhook_clocks(monkeypatch, NOW + HOUR)
    load_handler("webhook_deliveries/retry").handler({}, Context())
    assert len(receive_attempts(attempts_queue)) == 1
    assert retry(attempts_queue) == 0
    set_webhook_clocks(monkeypatch, NOW + 2 * HOUR)
    assert retry(attempts_queue) == 1


def pass_time_until_nothing_is_due(queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch) -> int:
    """Runs the schedule whenever the one delivery is due; returns how many attempts that were."""
    made = 0
    while due := list_log()[0]["nextAttempt"]:
        set_webhook_clocks(monkeypatch, from_iso(due) + timedelta(seconds=1))
        made += retry(queue)
    return made


def test_after_three_days_a_delivery_is_given_up_and_can_be_sent_again(
    attempts_queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [respond("500 Internal Server Error")] * (len(PAUSES) + 1) + [respond()]
    with run_receiver(in_turn(*answers)) as receiver:
        create_endpoint(url=receiver.url)
        distribute(event())
        deliver(attempts_queue)
        capsys.readouterr()
        assert pass_time_until_nothing_is_due(attempts_queue, monkeypatch) == len(PAUSES)
        assert '"WebhooksGivenUp": 1' in capsys.readouterr().out
        (row,) = list_log("isSuccess=false")
        assert (row["status"], row["retryCount"]) == ("FAILED", len(PAUSES))
        for _ in range(2):
            reply = call(
                "webhook_logs/resend",
                parameters={"deliveryId": row["id"]},
                headers={"Idempotency-Key": "again"},
            )
            assert expect(reply, 202) == {"deliveryId": row["id"], "eventId": row["eventId"]}
        assert deliver(attempts_queue) == 1
    (row,) = list_log("isSuccess=true")
    assert (row["status"], row["retryCount"]) == ("DELIVERED", len(PAUSES) + 1)


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while(
    attempts_queue: DeliveryQueue, failing: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = create_endpoint(url=failing.url)
    distribute(*(event() for _ in range(FAILURES_BEFORE_PAUSE + 3)))
    deliver(attempts_queue)
    assert len(failing.received) == FAILURES_BEFORE_PAUSE
    assert get_endpoint(endpoint["id"])["failingSince"] == to_iso(NOW)
    waiting = [row for row in list_log() if row["failure"] == "ENDPOINT_PAUSED"]
    assert len(waiting) == 3
    assert {(row["statusCode"], row["lastAttempt"], row["retryCount"]) for row in waiting} == {
        (None, None, 0)
    }
    set_webhook_clocks(monkeypatch, NOW + 2 * PAUSE)
    assert retry(attempts_queue) == FAILURES_BEFORE_PAUSE + 3
    assert len(failing.received) == FAILURES_BEFORE_PAUSE + 1


def test_an_endpoint_that_answers_again_gets_all_that_waits(
    attempts_queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [respond("500 Internal Server Error")] * FAILURES_BEFORE_PAUSE + [respond()] * 20
    with run_receiver(in_turn(*answers)) as receiver:
        endpoint = create_endpoint(url=receiver.url)
        distribute(*(event() for _ in range(8)))
        deliver(attempts_queue)
        set_webhook_clocks(monkeypatch, NOW + HOUR)
        retry(attempts_queue)
    assert {row["status"] for row in list_log()} == {"DELIVERED"}
    assert get_endpoint(endpoint["id"])["failingSince"] is None


def test_an_endpoint_that_fails_for_five_days_is_disabled(
    attempts_queue: DeliveryQueue,
    failing: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint = create_endpoint(url=failing.url)
    distribute(event())
    deliver(attempts_queue)
    later = NOW + MAX_FAILING
    set_webhook_clocks(monkeypatch, later - HOUR)
    distribute(make_event(created_on=later - HOUR))
    deliver(attempts_queue)
    assert get_endpoint(endpoint["id"])["enabled"]
    set_webhook_clocks(monkeypatch, later)
    retry(attempts_queue)
    shown = get_endpoint(endpoint["id"])
    assert (shown["enabled"], shown["disabledReason"]) == (False, "FAILED")
    capsys.readouterr()
    distribute(make_event(created_on=later))
    assert retry(attempts_queue) == 0
    assert '"WebhookEndpointsFailed": 1' in capsys.readouterr().out
    set_webhook_clocks(monkeypatch, later + timedelta(days=1))
    retry(attempts_queue)
    assert {row["status"] for row in list_log()} == {"FAILED"}
    assert {row["failure"] for row in list_log()} == {"ENDPOINT_DISABLED"}
    expect(send_endpoint_update(endpoint["id"], {"enabled": True}), 200)
    retry(attempts_queue)
    assert '"WebhookEndpointsFailed": 0' in capsys.readouterr().out


def test_a_person_who_disables_a_failed_endpoint_has_seen_it(
    attempts_queue: DeliveryQueue, failing: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_id = create_endpoint(url=failing.url)["id"]
    for later in (NOW, NOW + MAX_FAILING):
        set_webhook_clocks(monkeypatch, later)
        distribute(make_event(created_on=later))
        deliver(attempts_queue)
    assert get_endpoint(endpoint_id)["disabledReason"] == "FAILED"
    assert expect(send_endpoint_update(endpoint_id, {"enabled": False}), 200)["disabledReason"] == "BY_HAND"


def test_what_waits_for_a_deleted_endpoint_is_given_up(
    attempts_queue: DeliveryQueue, failing: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_id = create_endpoint(url=failing.url)["id"]
    distribute(event(), event())
    first, second = receive_attempts(attempts_queue)
    load_handler(DELIVER).handler(make_batch([first]), Context())
    assert call("webhook_endpoints/delete", parameters={"endpointId": endpoint_id}).status == 204
    load_handler(DELIVER).handler(make_batch([second]), Context())
    set_webhook_clocks(monkeypatch, NOW + HOUR)
    assert retry(attempts_queue) == 1
    assert len(failing.received) == 1
    assert list_log() == []
    rows = list_log(f"endpoint={endpoint_id}")
    assert [(row["status"], row["failure"]) for row in rows] == [("FAILED", "ENDPOINT_DELETED")] * 2
    reply = call("webhook_logs/resend", parameters={"deliveryId": rows[0]["id"]})
    assert refusal(reply) == (404, "webhook_endpoint_not_found")


def test_a_test_event_is_sent_to_one_endpoint_even_if_it_is_disabled(
    attempts_queue: DeliveryQueue, receiver: Receiver
) -> None:
    endpoint = create_endpoint(url=receiver.url, enabled=False, signature="kelviq")
    create_endpoint(url=receiver.url)
    path = {"endpointId": endpoint["id"]}
    sent = expect(call("webhook_endpoints/test", parameters=path), 202)
    assert deliver(attempts_queue) == 1
    (row,) = list_log(f"endpoint={endpoint['id']}")
    assert (row["id"], row["eventId"]) == (sent["deliveryId"], sent["eventId"])
    assert (row["eventType"], row["isSuccess"]) == ("webhook.test", True)
    payload = json.loads(receiver.received[0].body)
    assert payload["data"]["object"] == {
        "id": payload["data"]["object"]["id"],
        "object": "webhook_test",
        "endpoint": endpoint["id"],
        "organization": "org-1",
    }


def test_a_test_event_is_not_tried_again(
    attempts_queue: DeliveryQueue, failing: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = create_endpoint(url=failing.url)
    for key in ("a", "a", "b"):
        path = {"endpointId": endpoint["id"]}
        call("webhook_endpoints/test", parameters=path, headers={"Idempotency-Key": key})
    assert deliver(attempts_queue) == 2
    assert {row["status"] for row in list_log()} == {"FAILED"}
    set_webhook_clocks(monkeypatch, NOW + HOUR)
    assert retry(attempts_queue) == 0


@pytest.mark.parametrize("delivery_id", ["wd_1", "x" * 1000, f"wd_{'0' * 62}"])
def test_an_unknown_delivery_is_not_found(attempts_queue: DeliveryQueue, delivery_id: str) -> None:
    reply = call("webhook_logs/resend", parameters={"deliveryId": delivery_id})
    assert refusal(reply) == (404, "webhook_delivery_not_found")
    reply = call("webhook_endpoints/test", parameters={"endpointId": "we_1"})
    assert refusal(reply) == (404, "webhook_endpoint_not_found")


def test_deliveries_expire_after_30_days(
    attempts_queue: DeliveryQueue, receiver: Receiver, parity_table: Table
) -> None:
    create_endpoint(url=receiver.url)
    distribute(event())
    deliver(attempts_queue)
    (expiry,) = [item["expiresAt"] for item in scan_items(parity_table) if "expiresAt" in item]
    assert expiry == int((NOW + timedelta(days=30)).timestamp())
    assert from_iso(list_log()[0]["createdOn"]) == NOW
