"""POST /api/v1/report/events: up to 1,000 events in one request."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.metering.service import ingest as event_reports
from parity.metering.store.events import event_store
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer, store_customer
from tests.support.builders.events import (
    EVENT_BODY,
    EVENT_HOUR,
    REPORT_EVENTS,
    list_keys,
    list_results,
    list_statuses,
    list_stored_keys,
    make_event_bodies,
    make_event_body,
    send_events,
)
from tests.support.builders.moments import MOMENT
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import call, invoke, set_clock
from tests.support.fakes.gateway import make_http_event

pytestmark = pytest.mark.usefixtures("reporting_acme")

PATH = "/api/v1/report/events"
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "A234",
    "source": "/checkout",
    "type": "completion",
    "subject": "acme",
    "time": "2026-03-15T11:59:30.004217Z",
    "datacontenttype": "application/json",
    "data": EVENT_BODY["properties"],
    "resourceid": "job-1",
}


def test_each_event_has_a_result_in_the_order_sent() -> None:
    events = make_event_bodies(20)
    random.Random(4).shuffle(events)
    assert list_results(send_events(*events)) == [
        {"idempotencyKey": each["idempotencyKey"], "status": "accepted"} for each in events
    ]
    assert list_stored_keys(EVENT_HOUR) == list_keys(events)


def test_a_batch_can_be_sent_again_as_a_whole_and_in_part() -> None:
    events = make_event_bodies(10)
    assert list_statuses(send_events(*events[:4])) == ["accepted"] * 4
    assert list_statuses(send_events(*events)) == ["duplicate"] * 4 + ["accepted"] * 6
    assert list_statuses(send_events(*reversed(events))) == ["duplicate"] * 10
    assert list_stored_keys(EVENT_HOUR) == list_keys(events)


def test_an_event_stored_by_one_handler_is_a_duplicate_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, "report/event")
    assert list_statuses(send_events(make_event_body())) == ["accepted"]
    assert call("report/event", body=make_event_body()).headers["idempotent-replayed"] == "true"


def test_a_thousand_events_are_accepted(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(parity_table, "put_if_absent", lambda item: seen.append(item["SK"]))
    events = [make_event_body(idempotencyKey=f"k-{number}") for number in range(1000)]
    assert list_statuses(send_events(*events)) == ["accepted"] * 1000
    assert sorted(seen) == list_keys(events)


def test_many_writers_at_once_keep_the_order_of_results(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_reports, "WORKERS", 16)
    monkeypatch.setattr(
        parity_table,
        "put_if_absent",
        lambda item: {**item, "writeId": ""} if item["SK"][-1] in "13579" else None,
    )
    assert list_statuses(send_events(*make_event_bodies(100))) == ["accepted", "duplicate"] * 50


def test_events_need_a_write_each_and_customers_one_consistent_read(parity_table: Table) -> None:
    create_customer("Beta")
    with record_requests(parity_table.client) as requests:
        send_events(*make_event_bodies(3), *make_event_bodies(3, customerId="beta"))
    assert [operation for operation, _ in requests] == ["BatchGetItem"] + ["PutItem"] * 6
    (read,) = requests[0][1]["RequestItems"].values()
    assert sorted(key["PK"]["S"] for key in read["Keys"]) == ["CUSTOMER#acme", "CUSTOMER#beta"]
    assert read["ConsistentRead"] is True


def test_many_customers_are_read_in_several_requests(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parity.dynamodb.table.BATCH_GET_KEYS", 2)
    for number in range(3):
        store_customer(f"Customer {number}")
    with record_requests(parity_table.client) as requests:
        reply = send_events(*(make_event_body(customerId=f"customer-{number}") for number in range(4)))
    assert list_statuses(reply) == ["accepted"] * 3 + ["customer_not_found"]
    assert [operation for operation, _ in requests].count("BatchGetItem") == 2


BAD = [
    ("acme", "invalid_request", "event"),
    (None, "invalid_request", "event"),
    ([make_event_body()], "invalid_request", "event"),
    ({}, "invalid_request", "customerId"),
    (make_event_body(customerId=...), "invalid_request", "customerId"),
    (make_event_body(eventName=7), "invalid_request", "eventName"),
    (make_event_body(idempotencyKey=""), "invalid_request", "idempotencyKey"),
    (make_event_body(idempotencyKey="k" * 256), "invalid_request", "idempotencyKey"),
    (make_event_body(timestamp="yesterday"), "invalid_request", "timestamp"),
    (make_event_body(properties="text"), "invalid_request", "properties"),
    (make_event_body(resourceId=7), "invalid_request", "resourceId"),
    (make_event_body(extra=1), "invalid_request", "extra"),
    (make_event_body(timestamp=to_iso(MOMENT + timedelta(minutes=6))), "timestamp_in_future", "timestamp"),
    (make_event_body(timestamp=to_iso(MOMENT - timedelta(days=36))), "timestamp_too_old", "timestamp"),
    (make_event_body(customerId="nobody"), "customer_not_found", "nobody"),
    (make_event_body(customerId="gone"), "customer_archived", "gone"),
    (make_event_body(properties={"note": "\ud800"}), "invalid_json", "surrogate"),
    (make_event_body(idempotencyKey="\ud800"), "invalid_json", "surrogate"),
    (make_event_body(properties={"note": "a\ufffdb"}), "invalid_request", "properties"),
]


@pytest.mark.parametrize(("bad", "code", "named"), BAD, ids=[f"{at}-{row[2]}" for at, row in enumerate(BAD)])
def test_a_bad_event_has_a_detail_and_the_others_are_accepted(bad: Any, code: str, named: str) -> None:  # noqa: ANN401
    create_customer("Gone")
    archive_customer("gone")
    first, row, last = list_results(
        send_events(make_event_body(), bad, make_event_body(idempotencyKey="k-2"))
    )
    assert (first["status"], last["status"]) == ("accepted", "accepted")
    assert (row["status"], row["code"]) == ("rejected", code)
    assert named in row["detail"]
    assert list_stored_keys(EVENT_HOUR) == ["k-1", "k-2"]
    assert event_store().of_hour("gone", EVENT_HOUR) == event_store().of_hour("nobody", EVENT_HOUR) == []


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (make_event_body(timestamp=1), "k-1"),
        ({"idempotency_key": "k-3"}, "k-3"),
        (make_event_body(idempotencyKey="k" * 256), None),
        (make_event_body(idempotencyKey=7), None),
        (make_event_body(idempotencyKey="\ud800"), None),
        ("acme", None),
    ],
    ids=["named", "snake case", "too long", "a number", "no text", "no object"],
)
def test_a_rejected_event_is_named_by_its_key_if_it_has_one(bad: Any, key: str | None) -> None:  # noqa: ANN401
    (row,) = list_results(send_events(bad))
    assert (row["idempotencyKey"], row["status"]) == (key, "rejected")


def test_an_infinite_number_rejects_its_own_event_only() -> None:
    text = json.dumps(
        {"events": [make_event_body(properties={"cost": 7777}), make_event_body(idempotencyKey="k-2")]}
    )
    assert list_statuses(call(REPORT_EVENTS, body=text.replace("7777", "1e999"))) == [
        "invalid_json",
        "accepted",
    ]


def test_the_later_of_two_events_under_one_key_is_the_duplicate() -> None:
    assert list_statuses(
        send_events(make_event_body(), make_event_body(idempotencyKey="k-2"), make_event_body())
    ) == [
        "accepted",
        "accepted",
        "duplicate",
    ]
    assert list_stored_keys(EVENT_HOUR) == ["k-1", "k-2"]


@pytest.mark.parametrize(
    "other",
    [
        {"eventName": "other"},
        {"properties": {"tokensUsed": 413}},
        {"resourceId": ...},
        {"eventName": "other", "timestamp": "2026-03-15 10:59:30.004217"},
    ],
    ids=str,
)
def test_the_later_of_two_events_under_one_key_is_rejected_if_it_is_another(other: dict[str, Any]) -> None:
    assert list_statuses(send_events(make_event_body(), make_event_body(**other), make_event_body())) == [
        "accepted",
        "idempotency_key_reused",
        "duplicate",
    ]
    assert [found.name for found in event_store().of_hour("acme", EVENT_HOUR)] == ["completion"]
    assert event_store().of_hour("acme", EVENT_HOUR - timedelta(hours=1)) == []


@pytest.mark.parametrize("moment", ["2026-03-15 11:59:31.0", "2026-03-15 10:59:30.004217"])
def test_of_two_timestamps_under_one_key_in_a_batch_the_first_counts(moment: str) -> None:
    events = make_event_body(), make_event_body(timestamp=moment)
    assert list_statuses(send_events(*events)) == ["accepted", "duplicate"]
    assert [to_iso(found.timestamp) for found in event_store().of_hour("acme", EVENT_HOUR)] == [
        "2026-03-15T11:59:30.004217Z"
    ]
    assert event_store().of_hour("acme", EVENT_HOUR - timedelta(hours=1)) == []


def test_one_key_of_two_customers_is_two_events() -> None:
    create_customer("Beta")
    assert list_statuses(send_events(make_event_body(), make_event_body(customerId="beta"))) == [
        "accepted",
        "accepted",
    ]


def test_snake_case_is_accepted() -> None:
    snake = {
        "customer_id": "acme",
        "event_name": "completion",
        "idempotency_key": "k-1",
        "timestamp": EVENT_BODY["timestamp"],
        "properties": EVENT_BODY["properties"],
        "resource_id": "job-1",
    }
    assert list_statuses(send_events(snake, make_event_body())) == ["accepted", "duplicate"]


@pytest.mark.parametrize("count", [0, 1001])
def test_zero_events_or_more_than_a_thousand_are_refused(count: int) -> None:
    assert wrong_fields(send_events(*[make_event_body()] * count)) == {"events": 1}
    assert list_stored_keys(EVENT_HOUR) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ('{"events": NaN}', "invalid_json"),
        ('{"events": ' + "[" * 5000 + "]" * 5000 + "}", "invalid_json"),
        (b"\xff\xfe", "invalid_encoding"),
        ("[]", "invalid_request"),
        ("null", "invalid_request"),
        ("{}", "invalid_request"),
        ('{"events": {}}', "invalid_request"),
        ('{"events": [{}], "extra": 1}', "invalid_request"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_is_no_batch_is_a_bad_request(body: str | bytes, code: str) -> None:
    assert refusal(call(REPORT_EVENTS, body=body)) == (400, code)


def test_a_body_of_another_kind_is_not_read() -> None:
    reply = call(REPORT_EVENTS, body="a,b", headers={"Content-Type": "text/csv"})
    assert refusal(reply) == (415, "unsupported_media_type")
    assert "application/cloudevents-batch+json" in reply.body["detail"]


@pytest.mark.parametrize("as_base64", [False, True], ids=["text", "base64"])
def test_the_edge_gets_the_same_answer(as_base64: bool) -> None:  # noqa: FBT001
    text = json.dumps({"events": [make_event_body(), make_event_body()]}, ensure_ascii=False)
    sent = make_http_event("POST", PATH, body=text.encode() if as_base64 else text)
    assert list_statuses(invoke(REPORT_EVENTS, sent)) == ["accepted", "duplicate"]


@pytest.mark.parametrize("header", ["Content-Type", "content-type"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/cloudevents+json; charset=UTF-8", CLOUD_EVENT),
        ("application/cloudevents-batch+json", [CLOUD_EVENT]),
    ],
    ids=["structured", "batched"],
)
def test_cloud_events_are_accepted_in_both_modes(header: str, content_type: str, body: Any) -> None:  # noqa: ANN401
    sent = make_http_event("POST", PATH, body=json.dumps(body).encode()) | {"headers": {header: content_type}}
    assert list_results(invoke(REPORT_EVENTS, sent)) == [
        {"idempotencyKey": "/checkout A234", "status": "accepted"}
    ]
    assert list_statuses(send_events(make_event_body(idempotencyKey="/checkout A234"))) == ["duplicate"]


def test_each_cloud_event_has_its_own_result() -> None:
    cloud_events = [CLOUD_EVENT, {**CLOUD_EVENT, "specversion": "0.3"}, "text", CLOUD_EVENT]
    reply = call(
        REPORT_EVENTS, body=cloud_events, headers={"Content-Type": "application/cloudevents-batch+json"}
    )
    assert list_statuses(reply) == ["accepted", "invalid_request", "invalid_request", "duplicate"]
    assert [row["idempotencyKey"] for row in list_results(reply)] == ["/checkout A234"] * 2 + [
        None,
        "/checkout A234",
    ]
