"""Nothing that a customer or a caller entered is ever logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from parity.aws.clients import new_client
from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect
from tests.support.fakes.functions import Context, Reply, call, load_handler
from tests.support.fakes.gateway import load_sample_event

NAME, EMAIL, META, IDENTIFIER = "Canary Nightingale", "canary@secret.example", "canary-metadata", "canary-id"
IDEMPOTENCY_KEY = "canary-idempotency-key"
BODY = {
    "name": NAME,
    "email": EMAIL,
    "metadata": {"note": META},
    "customerId": IDENTIFIER,
    "billingId": "canary-bill",
}
QUOTED = f"{BODY} {IDEMPOTENCY_KEY} canary-token"
HEADERS = {"Idempotency-Key": IDEMPOTENCY_KEY, "Authorization": "Bearer canary-token"}


@pytest.fixture
def output(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """All output with the `LogLevel` DEBUG: of any logger, and on the standard streams."""
    caplog.set_level(logging.INFO, "moto")
    caplog.set_level(logging.DEBUG)

    def written() -> str:
        streams = capfd.readouterr()
        return f"{caplog.text}\n{streams.out}\n{streams.err}"

    return written


def raise_secret_error(*_: Any, **__: Any) -> None:  # noqa: ANN401
    raise RuntimeError(QUOTED)


def break_table(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    methods = (
        "get",
        "batch_get",
        "query",
        "count",
        "update",
        "delete",
        "put_on_condition",
        "put_if_absent",
        "transact",
    )
    for method in methods:
        monkeypatch.setattr(table, method, raise_secret_error)


def call_usage_operations() -> list[Reply]:
    """Requests about usage of a customer without entitlements, and of features that do not exist."""
    acme = {"customerId": IDENTIFIER}
    feature = {**acme, "feature": "canary-feature"}
    reservation = {**acme, "reservationId": "canary-feature.0123456789abcdef0123456789abcdef"}
    report = {"customerId": IDENTIFIER, "featureId": "canary-feature", "behaviour": "DELTA", "value": 1}
    event = {
        "customerId": IDENTIFIER,
        "eventName": "canary-event",
        "idempotencyKey": "canary-event-key",
        "timestamp": to_iso(now()),
        "properties": {"canary": "canary-property"},
        "resourceId": "canary-resource",
    }
    return [
        call("features/create", body={"name": "Canary feature", "featureType": "METER"}),
        call("report/usage", body=report, headers={"Idempotency-Key": "canary-report"}),
        call("report/usage", body=report | {"resourceId": "canary", "enforce": True}),
        call("report/usage", body=report | {"canary": "canary"}),
        call("report/event", body=event),
        call("report/event", body=event | {"properties": {"canary": "canary-else"}}),
        call("report/event", body=event | {"timestamp": "canary"}),
        call("report/events", body={"events": [event, event | {"timestamp": "canary"}, "canary"]}),
        call("reservations/create", parameters=acme, body={"featureId": "canary-feature", "value": 1}),
        call("reservations/list", parameters=acme),
        call("reservations/confirm", parameters=reservation, body={"value": 1}),
        call("reservations/release", parameters=reservation, headers={"Idempotency-Key": "canary-release"}),
        call("usage/reset", parameters=feature, body={"note": "canary-note"}),
        call("usage/query", parameters=acme, query="featureId=canary-feature&format=csv"),
        call("usage/periods", parameters=feature),
        call("usage/alerts", parameters=acme),
        call("alerts/list", query=f"customerId={IDENTIFIER}"),
    ]


def call_all_operations() -> list[int]:
    acme: dict[str, Any] = {"parameters": {"customerId": IDENTIFIER}, "headers": HEADERS}
    replies = [
        call("customers/create", body=BODY, headers=HEADERS),
        call("customers/create", body=BODY, headers=HEADERS),
        call("customers/create", body=BODY | {"email": "canary", "canary": 1}),
        call("customers/create", body='{"name": "canary'),
        call("customers/create", body=BODY | {"name": "canary 2"}),
        call("customers/get", **acme),
        call("customers/get", parameters={"customerId": "canary-unknown"}),
        call("customers/list", query="search=canary"),
        call("customers/list", query="cursor=canary"),
        call("customers/update", **acme, body={"name": f"{NAME} 2"}),
        *call_usage_operations(),
        call("customers/archive", **acme),
        call("customers/unarchive", **acme | {"headers": {"Idempotency-Key": "canary-other"}}),
        call("customers/archive", **acme),
        call("customers/erase", **acme | {"headers": {"Idempotency-Key": "canary-erase"}}),
        call("customers/update", **acme, body={"name": NAME}),
        call("customers/import", body=[BODY, {"name": "canary\x00"}]),
        call("customers/import", body="name\ncanary", headers={"Content-Type": "text/csv"}),
        call("api_keys/create", body={"name": NAME}, headers={"Idempotency-Key": "canary-third"}),
        call("api_keys/revoke", parameters={"keyId": "canary"}),
    ]
    return [reply.status for reply in replies]


def test_logs_contain_nothing_of_requests(output: Callable[[], str]) -> None:
    statuses = call_all_operations()
    assert set(statuses) == {200, 201, 204, 400, 404, 409, 422}
    assert "anary" not in output()


def test_logs_contain_nothing_of_an_error_that_quotes_the_request(
    output: Callable[[], str], parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(parity_table, monkeypatch)
    statuses = call_all_operations()
    written = output()
    assert statuses.count(500) >= 10
    assert "RuntimeError" in written
    assert "anary" not in written


def test_an_error_is_logged_as_json_with_its_kind_its_place_and_the_request(
    output: Callable[[], str], parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity_table, "get", raise_secret_error)
    assert call("customers/get", parameters={"customerId": IDENTIFIER}).status == 500
    line = json.loads(next(text for text in output().splitlines() if text.startswith("{")))
    assert (line["level"], line["error"]) == ("ERROR", "RuntimeError")
    assert line["correlation_id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    assert "store/customers.py" in "".join(line["where"])


def test_logs_contain_nothing_of_the_session(
    output: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client of its own: the others were made with credentials that have no token."""
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    for name in credentials:
        monkeypatch.setenv(name, "canary-session")
    tables = new_client("dynamodb", region_name="us-east-1").list_tables()
    assert tables["TableNames"] == ["parity-test"]
    assert "anary" not in output()


def test_logs_contain_nothing_of_a_key(output: Callable[[], str]) -> None:
    key = expect(call("api_keys/create", body={"name": NAME}), 201)["key"]
    event = load_sample_event("api_keys_authorize")
    event["headers"]["Authorization"] = f"Bearer {key}"
    load_handler("api_keys/authorize").handler(event, Context())
    assert key[7:-4] not in output()


def test_logs_contain_nothing_of_an_event_that_cannot_be_counted(
    output: Callable[[], str], parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = load_sample_event("usage_count")
    image = event["Records"][0]["dynamodb"]["NewImage"]
    image["eventName"]["S"] = "canary-event"
    image["properties"]["S"] = '{"canary": "canary"}'
    break_table(parity_table, monkeypatch)
    assert load_handler("usage/count").handler(event, Context())["batchItemFailures"]
    written = output()
    assert "RuntimeError" in written
    assert "anary" not in written
