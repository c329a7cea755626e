"""POST /api/v1/report/event."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.metering.rules.events import UsageEvent
from parity.metering.store.events import EventStore, event_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.events import EVENT_BODY, list_stored_keys, make_event_body
from tests.support.builders.moments import MOMENT
from tests.support.fakes.clients import ProcessEnded, record_requests
from tests.support.fakes.functions import Reply, call, invoke
from tests.support.fakes.gateway import make_http_event
from tests.support.fakes.moto_faults import end_process_after_put, inject_put_fault, refuse_puts, resend_put
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("reporting_acme")

REPORT = "report/event"
HOUR = datetime(2026, 3, 15, 11, tzinfo=UTC)


def send_event(**changes: Any) -> Reply:  # noqa: ANN401
    return call(REPORT, body=make_event_body(**changes))


def list_stored_events() -> list[UsageEvent]:
    return event_store().of_hour("acme", HOUR)


def is_replayed(reply: Reply) -> bool:
    return reply.headers.get("idempotent-replayed") == "true"


def test_the_answer_is_the_sent_event_and_the_organisation() -> None:
    reply = send_event()
    assert expect(reply, 200) == {**EVENT_BODY, "orgId": "org-1"}
    assert not is_replayed(reply)


def test_the_answered_event_is_stored() -> None:
    send_event()
    assert list_stored_events() == [
        UsageEvent(
            customer_id="acme",
            name="completion",
            idempotency_key="k-1",
            timestamp=datetime(2026, 3, 15, 11, 59, 30, 4217, UTC),
            properties={"tokensUsed": 412, "cost": Decimal("0.1"), "model": {"name": "ação"}},
            resource_id="job-1",
            received_on=MOMENT,
        )
    ]


def test_an_item_is_stored_by_customer_and_hour_and_expires(parity_table: Table) -> None:
    send_event()
    (item,) = [item for item in scan_items(parity_table) if item["PK"].startswith("EVENTS#")]
    assert (item["PK"], item["SK"]) == ("EVENTS#acme#2026-03-15T11", "k-1")
    assert item["expiresAt"] == int(datetime(2026, 4, 29, 11, 59, 30, tzinfo=UTC).timestamp())


def test_the_horizon_and_the_retention_of_events_are_configured(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENT_HORIZON_DAYS", "2")
    monkeypatch.setenv("RAW_EVENT_RETENTION_DAYS", "3")
    assert event_store().retention == timedelta(days=3)
    assert send_event(timestamp=to_iso(MOMENT - timedelta(days=2))).status == 200
    assert refusal(send_event(timestamp=to_iso(MOMENT - timedelta(days=2, seconds=1)))) == (
        400,
        "timestamp_too_old",
    )


def test_optional_fields_may_be_left_out_or_null() -> None:
    without = expect(send_event(properties=..., resourceId=...), 200)
    assert (without["properties"], without["resourceId"]) == (None, None)
    assert is_replayed(send_event(properties=None, resourceId=None))
    assert [(event.properties, event.resource_id) for event in list_stored_events()] == [(None, None)]


def test_snake_case_is_accepted_and_properties_stay_the_same() -> None:
    body = {
        "customer_id": "acme",
        "event_name": "completion",
        "idempotency_key": "k-1",
        "timestamp": EVENT_BODY["timestamp"],
        "properties": {"tokens_used": 1, "tokensUsed": 2},
        "resource_id": "job-1",
    }
    assert expect(call(REPORT, body=body), 200)["resourceId"] == "job-1"
    assert [event.properties for event in list_stored_events()] == [body["properties"]]


def test_the_same_event_again_has_the_same_answer_and_is_stored_once() -> None:
    first, second = send_event(), send_event()
    assert (second.status, second.text) == (200, first.text)
    assert is_replayed(second)
    assert len(list_stored_events()) == 1


def test_a_moment_or_properties_in_another_notation_are_the_same_event() -> None:
    send_event(properties={"a": 1, "b": 2})
    again = send_event(properties={"b": 2, "a": 1}, timestamp="2026-03-15T12:59:30.004217+01:00")
    assert is_replayed(again)
    assert again.body["timestamp"] == "2026-03-15T12:59:30.004217+01:00"


def test_an_event_with_a_new_timestamp_in_its_hour_is_the_same_and_keeps_the_first() -> None:
    send_event()
    kept = list_stored_events()
    assert is_replayed(send_event(timestamp="2026-03-15 11:59:31.0"))
    assert list_stored_events() == kept


@pytest.mark.parametrize(
    "other",
    [
        {"eventName": "other"},
        {"properties": {"tokensUsed": 413}},
        {"properties": ...},
        {"resourceId": "job-2"},
        {"resourceId": ...},
    ],
    ids=str,
)
def test_another_event_under_the_same_key_is_refused(other: dict[str, Any]) -> None:
    send_event()
    kept = list_stored_events()
    reply = send_event(**other)
    assert refusal(reply) == (422, "idempotency_key_reused")
    assert "idempotencyKey" in reply.body["detail"]
    assert list_stored_events() == kept


def test_the_same_key_is_another_event_for_another_customer() -> None:
    create_customer("Beta")
    send_event()
    assert not is_replayed(send_event(customerId="beta"))
    assert len(list_stored_events()) == 1


def test_an_unknown_customer_has_no_events() -> None:
    assert refusal(send_event(customerId="nobody")) == (404, "customer_not_found")
    assert event_store().of_hour("nobody", HOUR) == []


def test_an_archived_customer_has_no_more_events() -> None:
    send_event()
    archive_customer("acme")
    assert refusal(send_event(idempotencyKey="k-2")) == (409, "customer_archived")
    assert refusal(send_event()) == (409, "customer_archived")
    assert [event.idempotency_key for event in list_stored_events()] == ["k-1"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customerId": ...}, "customerId"),
        ({"eventName": ...}, "eventName"),
        ({"idempotencyKey": ...}, "idempotencyKey"),
        ({"timestamp": ...}, "timestamp"),
        ({"customerId": 7}, "customerId"),
        ({"customerId": ""}, "customerId"),
        ({"customerId": "x" * 300}, "customerId"),
        ({"eventName": None}, "eventName"),
        ({"idempotencyKey": ["k"]}, "idempotencyKey"),
        ({"idempotencyKey": "😀" * 251}, "idempotencyKey"),
        ({"timestamp": 1772443211}, "timestamp"),
        ({"timestamp": "2026-03-15T11:59:30"}, "timestamp"),
        ({"properties": []}, "properties"),
        ({"properties": "tokens"}, "properties"),
        ({"properties": {"note": "x" * 16384}}, "properties"),
        ({"resourceId": 7}, "resourceId"),
        ({"resourceId": ""}, "resourceId"),
        ({"extra": 1}, "extra"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    reply = send_event(**changes)
    assert refusal(reply) == (400, "invalid_request")
    assert wrong_fields(reply) == {field: 1}
    assert list_stored_events() == []


def test_all_wrong_fields_are_named_at_once() -> None:
    reply = call(REPORT, body={"properties": 1, "a/b~c": 1})
    assert [error["pointer"] for error in reply.body["errors"]] == [
        "#/customerId",
        "#/eventName",
        "#/idempotencyKey",
        "#/timestamp",
        "#/properties",
        "#/a~1b~0c",
    ]


def test_a_hostile_event_is_not_echoed_at_length() -> None:
    reply = send_event(**{"x" * 100 + str(number): 1 for number in range(1000)})
    assert reply.status == 400
    assert len(reply.text) < 10_000


@pytest.mark.parametrize(
    ("lead", "code"),
    [(timedelta(minutes=6), "timestamp_in_future"), (timedelta(days=-36), "timestamp_too_old")],
    ids=["ahead", "old"],
)
def test_a_timestamp_out_of_range_is_refused_with_a_code_of_its_own(lead: timedelta, code: str) -> None:
    reply = send_event(timestamp=to_iso(MOMENT + lead))
    assert refusal(reply) == (400, code)
    assert wrong_fields(reply) == {"timestamp": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ('{"properties": {"a": 1e999}}', "invalid_json"),
        ('{"properties": {"a": "\\ud800"}}', "invalid_json"),
        (b"\xff", "invalid_encoding"),
        ("[]", "invalid_request"),
    ],
    ids=str,
)
def test_a_hostile_body_is_a_bad_request(body: str | bytes, code: str) -> None:
    assert refusal(call(REPORT, body=body)) == (400, code)


@pytest.mark.parametrize("as_base64", [False, True], ids=["text", "base64"])
def test_both_payload_versions_are_read(as_base64: bool) -> None:  # noqa: FBT001
    text = json.dumps(EVENT_BODY, ensure_ascii=False)
    sent = make_http_event("POST", "/api/v1/report/event", body=text.encode() if as_base64 else text)
    assert sent["isBase64Encoded"] is as_base64
    assert expect(invoke(REPORT, sent), 200) == expect(send_event(), 200)
    assert len(list_stored_events()) == 1


def test_an_event_is_one_read_of_the_customer_and_one_write(parity_table: Table) -> None:
    with record_requests(parity_table.client) as requests:
        send_event()
    (get, read), (put, written) = requests
    assert (get, read["Key"]["PK"]["S"], read["ConsistentRead"]) == ("GetItem", "CUSTOMER#acme", True)
    assert (put, written["Item"]["PK"]["S"]) == ("PutItem", "EVENTS#acme#2026-03-15T11")


def test_an_event_whose_answer_is_lost_is_no_duplicate_of_itself(parity_table: Table) -> None:
    with inject_put_fault(parity_table, resend_put(1)):
        reply = send_event()
    assert reply.status == 200
    assert not is_replayed(reply)
    assert list_stored_keys(HOUR) == ["k-1"]
    assert is_replayed(send_event())


def test_a_process_that_ends_before_its_answer_has_stored_the_event_once(parity_table: Table) -> None:
    with inject_put_fault(parity_table, end_process_after_put(1)), pytest.raises(ProcessEnded):
        send_event()
    assert list_stored_keys(HOUR) == ["k-1"]
    assert is_replayed(send_event())
    assert list_stored_keys(HOUR) == ["k-1"]


def test_lasting_throttling_is_busy_and_stores_nothing(parity_table: Table) -> None:
    with inject_put_fault(parity_table, refuse_puts(1)):
        reply = send_event()
    assert refusal(reply) == (503, "busy")
    assert reply.headers["retry-after"] == "1"
    assert list_stored_events() == []


def test_an_unexpected_refusal_is_an_error_without_internals(parity_table: Table) -> None:
    with inject_put_fault(parity_table, refuse_puts(1, "ResourceNotFoundException")):
        reply = send_event()
    assert refusal(reply) == (500, "internal_error")
    assert "Resource" not in reply.text
    assert list_stored_events() == []


def test_an_hour_is_read_to_its_end(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        send_event(idempotencyKey=f"k-{number}")
    query = parity_table.query
    monkeypatch.setattr(parity_table, "query", lambda *args, **options: query(*args, Limit=2, **options))
    with record_requests(parity_table.client) as requests:
        found = EventStore(parity_table, timedelta(days=1)).of_hour("acme", MOMENT - timedelta(minutes=30))
    assert [event.idempotency_key for event in found] == [f"k-{number}" for number in range(5)]
    assert [parameters["ConsistentRead"] for _, parameters in requests] == [True] * 3
