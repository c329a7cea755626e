"""The thin client does what botocore's own does. Each test is of both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore import exceptions
from botocore.credentials import RefreshableCredentials
from botocore.endpoint import Endpoint

from parity.aws.thin_client import OPERATIONS, ThinClient
from tests.support.builders.dynamodb_calls import BINARY, IN_JSON, ITEM, KEY, put, query, without_metadata
from tests.support.fakes.dynamodb_server import Server, answer_with, refuse

Make = Callable[..., Any]
FOUND = answer_with({"Items": [IN_JSON], "Count": 1, "ScannedCount": 1})


@pytest.mark.usefixtures("server")
def test_only_one_of_the_clients_is_thin(both: tuple[Make, Make]) -> None:
    assert [isinstance(make(), ThinClient) for make in both] == [False, True]


def test_values_of_every_kind_are_sent_and_read(make: Make, server: Server) -> None:
    server.replies = [FOUND]
    client = make()
    answer = query(client)
    assert without_metadata(answer) == {"Items": [ITEM], "Count": 1, "ScannedCount": 1}
    assert answer["ResponseMetadata"]["RequestId"] == "REQUEST"
    put(client)
    assert [request.operation for request in server.requests] == ["Query", "PutItem"]
    assert server.requests[1].parameters == {
        "TableName": "parity",
        "Item": IN_JSON,
        "ConditionExpression": "attribute_not_exists(PK)",
    }
    assert server.requests[0].headers["content-type"] == "application/x-amz-json-1.0"
    assert server.requests[0].headers["x-amz-security-token"] == "token"
    assert "Boto" in server.requests[0].headers["user-agent"]


def test_an_answer_of_a_megabyte_is_read_whole(make: Make, server: Server) -> None:
    items = [{**IN_JSON, "SK": {"S": str(number)}, "text": {"S": "ö" * 1000}} for number in range(500)]
    server.replies = [answer_with({"Items": items, "LastEvaluatedKey": KEY})]
    answer = query(make())
    assert len(answer["Items"]) == 500
    assert answer["Items"][499]["content"] == {"B": BINARY}
    assert answer["LastEvaluatedKey"] == KEY


def test_operations_that_the_thin_client_does_not_know_are_botocores(make: Make, server: Server) -> None:
    server.replies = [answer_with({"TableNames": ["parity"]})]
    assert make().list_tables()["TableNames"] == ["parity"]
    assert "ListTables" not in OPERATIONS


def test_credentials_that_expire_are_refreshed(make: Make, server: Server) -> None:
    expires = datetime.now(UTC) + timedelta(minutes=5)
    fetched = {"access_key": "SECONDKEY", "secret_key": "s", "token": "new"}
    client = make()
    client._request_signer._credentials = RefreshableCredentials.create_from_metadata(
        {**fetched, "access_key": "OLDKEY", "expiry_time": expires.isoformat()},
        refresh_using=lambda: {**fetched, "expiry_time": (expires + timedelta(hours=1)).isoformat()},
        method="test",
    )
    server.replies = [FOUND]
    query(client)
    assert "Credential=SECONDKEY/" in server.requests[0].headers["authorization"]
    assert server.requests[0].headers["x-amz-security-token"] == "new"


def test_parameters_that_are_no_json_are_refused_before_anything_is_sent(make: Make, server: Server) -> None:
    server.replies = [FOUND]
    with pytest.raises(exceptions.ParamValidationError):
        make().get_item(TableName="parity", Key={"PK": {"S": object()}})
    assert server.requests == []


def test_hooks_see_each_call_once_and_each_attempt(make: Make, server: Server) -> None:
    client = make()
    seen: list[str] = []
    for event in ("provide-client-params", "before-send", "after-call"):
        client.meta.events.register(
            f"{event}.dynamodb.Query", lambda event_name, **_: seen.append(event_name)
        )
    server.replies = [refuse("ThrottlingException"), FOUND]
    query(client)
    assert [name.split(".")[0] for name in seen] == [
        "provide-client-params",
        "before-send",
        "before-send",
        "after-call",
    ]


def test_threads_share_a_client(make: Make, server: Server) -> None:
    client = make(max_pool_connections=8)
    server.replies = [FOUND]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.extend(query(client)["Count"] for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1] * 160


@pytest.mark.usefixtures("server")
def test_a_botocore_with_other_internals_makes_its_own_client(
    both: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Endpoint, "_send")
    assert [isinstance(make(), ThinClient) for make in both] == [False, False]
