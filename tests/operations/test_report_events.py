"""POST /api/v1/report/events: up to 1,000 events in one request, with a result for each."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.metering.service import ingest as event_reports
from parity.metering.service.ingest import out_of_time_after
from parity.metering.store.events import event_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer, store_customer
from tests.support.builders.events import EVENT_BODY, list_stored_keys, make_event_body
from tests.support.builders.moments import MOMENT
from tests.support.fakes.clients import ProcessEnded, record_requests
from tests.support.fakes.functions import Reply, call, invoke, load_handler, set_clock
from tests.support.fakes.gateway import make_http_event
from tests.support.fakes.moto_faults import end_process_after_put, inject_put_fault, refuse_puts, resend_put

REPORT = "report/events"
PATH = "/api/v1/report/events"
HOUR = datetime(2026, 3, 15, 11, tzinfo=UTC)
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


@pytest.fixture(autouse=True)
def customer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer `acme`; the clock stands at MOMENT, and moto serves one writer at a time."""
    monkeypatch.setattr(event_reports, "WORKERS", 1)
    create_customer("Acme")
    set_clock(monkeypatch, REPORT)


def send(*events: Any) -> Reply:  # noqa: ANN401
    return call(REPORT, body={"events": list(events)})


def rows(reply: Reply) -> list[dict[str, Any]]:
    body = expect(reply, 200)
    assert body.keys() == {"results"}
    results: list[dict[str, Any]] = body["results"]
    return results


def numbered(count: int, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Events with the keys k-00, k-01, ..."""
    return [make_event_body(idempotencyKey=f"k-{number:02}", **changes) for number in range(count)]


def keys_of(events: list[dict[str, Any]]) -> list[str]:
    return sorted(each["idempotencyKey"] for each in events)


def statuses(reply: Reply) -> list[str]:
    """`accepted`, `duplicate`, or the code of a rejection."""
    return [row.get("code", row["status"]) for row in rows(reply)]


def test_each_event_has_a_result_in_the_order_sent() -> None:
    events = numbered(20)
    random.Random(4).shuffle(events)
    assert rows(send(*events)) == [
        {"idempotencyKey": each["idempotencyKey"], "status": "accepted"} for each in events
    ]
    assert list_stored_keys(HOUR) == keys_of(events)


def test_a_batch_can_be_sent_again_as_a_whole_and_in_part() -> None:
    events = numbered(10)
    assert statuses(send(*events[:4])) == ["accepted"] * 4
    assert statuses(send(*events)) == ["duplicate"] * 4 + ["accepted"] * 6
    assert statuses(send(*reversed(events))) == ["duplicate"] * 10
    assert list_stored_keys(HOUR) == keys_of(events)


def test_what_one_handler_stored_is_a_duplicate_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, "report/event")
    assert statuses(send(make_event_body())) == ["accepted"]
    assert call("report/event", body=make_event_body()).headers["idempotent-replayed"] == "true"


def test_a_thousand_events_are_taken(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(parity_table, "put_if_absent", lambda item: seen.append(item["SK"]))
    events = [make_event_body(idempotencyKey=f"k-{number}") for number in range(1000)]
    assert statuses(send(*events)) == ["accepted"] * 1000
    assert sorted(seen) == keys_of(events)


def test_many_writers_at_once_keep_the_order_of_results(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_reports, "WORKERS", 16)
    monkeypatch.setattr(
        parity_table,
        "put_if_absent",
        lambda item: {**item, "writeId": ""} if item["SK"][-1] in "13579" else None,
    )
    assert statuses(send(*numbered(100))) == ["accepted", "duplicate"] * 50


def test_events_need_a_write_each_and_customers_one_consistent_read(parity_table: Table) -> None:
    create_customer("Beta")
    with record_requests(parity_table.client) as requests:
        send(*numbered(3), *numbered(3, customerId="beta"))
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
        reply = send(*(make_event_body(customerId=f"customer-{number}") for number in range(4)))
    assert statuses(reply) == ["accepted"] * 3 + ["customer_not_found"]
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
def test_a_bad_event_says_what_is_wrong_and_leaves_the_others_alone(bad: Any, code: str, named: str) -> None:  # noqa: ANN401
    create_customer("Gone")
    archive_customer("gone")
    first, row, last = rows(send(make_event_body(), bad, make_event_body(idempotencyKey="k-2")))
    assert (first["status"], last["status"]) == ("accepted", "accepted")
    assert (row["status"], row["code"]) == ("rejected", code)
    assert named in row["detail"]
    assert list_stored_keys(HOUR) == ["k-1", "k-2"]
    assert event_store().of_hour("gone", HOUR) == event_store().of_hour("nobody", HOUR) == []


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
    (row,) = rows(send(bad))
    assert (row["idempotencyKey"], row["status"]) == (key, "rejected")


def test_a_number_without_end_spoils_its_own_event_only() -> None:
    text = json.dumps(
        {"events": [make_event_body(properties={"cost": 7777}), make_event_body(idempotencyKey="k-2")]}
    )
    assert statuses(call(REPORT, body=text.replace("7777", "1e999"))) == ["invalid_json", "accepted"]


def test_the_later_of_two_events_under_one_key_is_the_duplicate() -> None:
    assert statuses(send(make_event_body(), make_event_body(idempotencyKey="k-2"), make_event_body())) == [
        "accepted",
        "accepted",
        "duplicate",
    ]
    assert list_stored_keys(HOUR) == ["k-1", "k-2"]


@pytest.mark.parametrize(
    "other",
    [
        {"eventName": "other"},
        {"properties": {"tokensUsed": 413}},
        {"resourceId": ...},
        {"timestamp": "2026-03-15 11:59:31.0"},
        {"timestamp": "2026-03-15 10:59:30.004217"},
    ],
    ids=str,
)
def test_the_later_of_two_events_under_one_key_is_rejected_if_it_is_another(other: dict[str, Any]) -> None:
    assert statuses(send(make_event_body(), make_event_body(**other), make_event_body())) == [
        "accepted",
        "idempotency_key_reused",
        "duplicate",
    ]
    assert [found.name for found in event_store().of_hour("acme", HOUR)] == ["completion"]
    assert event_store().of_hour("acme", HOUR - timedelta(hours=1)) == []


def test_one_key_of_two_customers_is_two_events() -> None:
    create_customer("Beta")
    assert statuses(send(make_event_body(), make_event_body(customerId="beta"))) == ["accepted", "accepted"]


def test_snake_case_is_taken() -> None:
    snake = {
        "customer_id": "acme",
        "event_name": "completion",
        "idempotency_key": "k-1",
        "timestamp": EVENT_BODY["timestamp"],
        "properties": EVENT_BODY["properties"],
        "resource_id": "job-1",
    }
    assert statuses(send(snake, make_event_body())) == ["accepted", "duplicate"]


@pytest.mark.parametrize("count", [0, 1001])
def test_none_or_more_than_a_thousand_are_refused(count: int) -> None:
    assert wrong_fields(send(*[make_event_body()] * count)) == {"events": 1}
    assert list_stored_keys(HOUR) == []


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
    assert refusal(call(REPORT, body=body)) == (400, code)


def test_a_body_of_another_kind_is_not_read() -> None:
    reply = call(REPORT, body="a,b", headers={"Content-Type": "text/csv"})
    assert refusal(reply) == (415, "unsupported_media_type")
    assert "application/cloudevents-batch+json" in reply.body["detail"]


@pytest.mark.parametrize("as_base64", [False, True], ids=["text", "base64"])
def test_the_edge_is_answered_as_well(as_base64: bool) -> None:  # noqa: FBT001
    text = json.dumps({"events": [make_event_body(), make_event_body()]}, ensure_ascii=False)
    sent = make_http_event("POST", PATH, body=text.encode() if as_base64 else text)
    assert statuses(invoke(REPORT, sent)) == ["accepted", "duplicate"]


@pytest.mark.parametrize("header", ["Content-Type", "content-type"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/cloudevents+json; charset=UTF-8", CLOUD_EVENT),
        ("application/cloudevents-batch+json", [CLOUD_EVENT]),
    ],
    ids=["structured", "batched"],
)
def test_cloud_events_are_taken_in_both_modes(header: str, content_type: str, body: Any) -> None:  # noqa: ANN401
    sent = make_http_event("POST", PATH, body=json.dumps(body).encode()) | {"headers": {header: content_type}}
    assert rows(invoke(REPORT, sent)) == [{"idempotencyKey": "/checkout A234", "status": "accepted"}]
    assert statuses(send(make_event_body(idempotencyKey="/checkout A234"))) == ["duplicate"]


def test_each_cloud_event_has_its_own_result() -> None:
    cloud_events = [CLOUD_EVENT, {**CLOUD_EVENT, "specversion": "0.3"}, "text", CLOUD_EVENT]
    reply = call(REPORT, body=cloud_events, headers={"Content-Type": "application/cloudevents-batch+json"})
    assert statuses(reply) == ["accepted", "invalid_request", "invalid_request", "duplicate"]
    assert [row["idempotencyKey"] for row in rows(reply)] == ["/checkout A234"] * 2 + [
        None,
        "/checkout A234",
    ]


def test_a_process_that_ends_after_any_write_loses_and_doubles_nothing(parity_table: Table) -> None:
    events = numbered(4)
    for last in range(1, 5):
        with inject_put_fault(parity_table, end_process_after_put(last)), pytest.raises(ProcessEnded):
            send(*events)
        assert list_stored_keys(HOUR) == keys_of(events)[:last]
    assert statuses(send(*events)) == ["duplicate"] * 4
    assert list_stored_keys(HOUR) == keys_of(events)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_event_whose_answer_gets_lost_is_accepted(parity_table: Table, lost: int) -> None:
    with inject_put_fault(parity_table, resend_put(lost)):
        assert statuses(send(*numbered(3))) == ["accepted"] * 3


def test_events_that_throttling_leaves_out_are_named_and_can_be_sent_again(parity_table: Table) -> None:
    events = numbered(5)
    with inject_put_fault(parity_table, refuse_puts(3)):
        assert statuses(send(*events)) == ["accepted"] * 2 + ["busy"] * 3
    assert list_stored_keys(HOUR) == keys_of(events)[:2]
    assert statuses(send(*events)) == ["duplicate"] * 2 + ["accepted"] * 3


def test_an_event_whose_write_fails_unforeseen_is_busy(parity_table: Table) -> None:
    with inject_put_fault(parity_table, refuse_puts(2, "InternalServerError")):
        accepted, failed = rows(send(*numbered(2)))
    assert (accepted["status"], failed["status"], failed["code"]) == ("accepted", "rejected", "busy")
    assert "not known" in failed["detail"]


def test_what_befalls_all_events_is_one_line_in_the_log(
    parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    with inject_put_fault(parity_table, refuse_puts(1, "InternalServerError")):
        assert statuses(send(*numbered(3), {})) == ["busy"] * 3 + ["invalid_request"]
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["error"]) == ("ERROR", "ClientError")


def test_nothing_is_stored_where_the_customers_cannot_be_read(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle = refuse_puts(1)
    with monkeypatch.context() as throttled:
        throttled.setattr(parity_table.client, "batch_get_item", lambda **_: throttle(1, lambda: None))
        assert refusal(send(make_event_body())) == (503, "busy")
    assert list_stored_keys(HOUR) == []


def test_what_there_is_no_time_for_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False, True, True])
    monkeypatch.setattr(load_handler(REPORT), "out_of_time_after", lambda _: lambda: next(answers))
    events = numbered(4)
    assert statuses(send(*events)) == ["accepted"] * 2 + ["busy"] * 2
    assert list_stored_keys(HOUR) == keys_of(events)[:2]


def test_time_is_over_when_it_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([100.0, 119.0, 121.0])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    over = out_of_time_after(20)
    assert [over(), over()] == [False, True]
