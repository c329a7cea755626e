"""What goes wrong between a client and DynamoDB ends as with botocore's own. Each test is of both clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore import exceptions

from tests.support.builders.dynamodb_calls import IN_JSON, ITEM, put, query, transact
from tests.support.fakes.dynamodb_server import (
    Reply,
    Server,
    answer_html,
    answer_with,
    cut,
    hang,
    refuse,
    reset,
)

Make = Callable[..., Any]
FOUND = answer_with({"Items": [IN_JSON], "Count": 1, "ScannedCount": 1})


RETRIED: dict[str, Reply] = {
    "throttled": refuse("ThrottlingException"),
    "throughput": refuse("ProvisionedThroughputExceededException"),
    "in progress": refuse("TransactionInProgressException"),
    "server error": refuse("InternalServerError", 500),
    "unavailable": answer_html(503),
    "reset": reset,
    "hanging": hang,
    "wrong checksum": answer_with({"Items": []}, **{"x-amz-crc32": "1"}),
}


@pytest.mark.parametrize("fault", RETRIED.values(), ids=RETRIED)
def test_a_passing_fault_is_retried(fault: Reply, make: Make, server: Server) -> None:
    server.replies = [fault, FOUND]
    assert query(make())["Items"] == [ITEM]
    assert len(server.requests) == 2
    assert server.requests[0].parameters == server.requests[1].parameters


class LastingFault(NamedTuple):
    reply: Reply
    kind: str
    code: str


LASTING = {
    "throttled": LastingFault(refuse("ThrottlingException"), "ThrottlingException", "ThrottlingException"),
    "server error": LastingFault(
        refuse("InternalServerError", 500), "InternalServerError", "InternalServerError"
    ),
    "unavailable": LastingFault(answer_html(503), "ClientError", "503"),
    "reset": LastingFault(reset, "ConnectionClosedError", ""),
}


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
@pytest.mark.parametrize("attempts", [1, 3])
def test_a_lasting_fault_is_raised_after_all_attempts(
    fault: LastingFault, attempts: int, make: Make, server: Server
) -> None:
    server.replies = [fault.reply]
    with pytest.raises((exceptions.ClientError, exceptions.BotoCoreError)) as raised:
        query(make(attempts=attempts))
    assert type(raised.value).__name__ == fault.kind
    assert len(server.requests) == attempts
    if isinstance(raised.value, exceptions.ClientError):
        assert raised.value.response["Error"]["Code"] == fault.code
        assert raised.value.response["ResponseMetadata"]["RetryAttempts"] == attempts - 1


def test_an_answer_that_does_not_come_is_a_timeout(make: Make, server: Server) -> None:
    server.replies = [hang]
    with pytest.raises(exceptions.ReadTimeoutError):
        query(make(attempts=1))
    assert len(server.requests) == 1


def test_nobody_listening_is_an_error_of_the_connection(
    make: Make, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    with pytest.raises(exceptions.EndpointConnectionError):
        query(make())


def test_a_connection_that_was_closed_meanwhile_costs_no_error(make: Make, server: Server) -> None:
    server.replies = [FOUND]
    client = make(attempts=1)
    query(client)
    server.close_connections()
    assert query(client)["Count"] == 1


def test_a_failed_condition_has_the_stored_item(make: Make, server: Server) -> None:
    server.replies = [refuse("ConditionalCheckFailedException", Item=IN_JSON)]
    client = make()
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as raised:
        put(client)
    assert raised.value.response["Item"] == ITEM
    assert len(server.requests) == 1


def test_a_canceled_transaction_has_its_reasons(make: Make, server: Server) -> None:
    reasons = [{"Code": "ConditionalCheckFailed", "Item": IN_JSON, "Message": "m"}, {"Code": "None"}]
    server.replies = [refuse("TransactionCanceledException", CancellationReasons=reasons)]
    with pytest.raises(exceptions.ClientError) as raised:
        transact(make())
    found: Any = raised.value.response
    assert found["CancellationReasons"] == [{**reasons[0], "Item": ITEM}, {"Code": "None"}]
    assert found["Error"]["Code"] == "TransactionCanceledException"


def test_a_transaction_is_retried_under_its_token(make: Make, server: Server) -> None:
    server.replies = [reset, refuse("InternalServerError", 500), answer_with({})]
    transact(make())
    tokens = [request.parameters["ClientRequestToken"] for request in server.requests]
    assert len(tokens) == 3
    assert len(set(tokens)) == 1


@pytest.mark.parametrize(
    "code",
    ["ExpiredTokenException", "InvalidSignatureException", "RequestTimeTooSkewed", "ValidationException"],
)
def test_what_another_attempt_would_not_change_is_raised(code: str, make: Make, server: Server) -> None:
    """A clock that is wrong is among it."""
    server.replies = [refuse(code), FOUND]
    try:
        answer = query(make())["Count"]
    except exceptions.ClientError as error:
        answer = error.response["Error"]["Code"]
    assert (answer, len(server.requests)) == (code, 1)


def test_an_answer_that_is_cut_is_sent_again(make: Make, server: Server) -> None:
    """Its checksum differs."""
    server.replies = [cut(b'{"Items": [], "Count": 0}'), FOUND]
    assert query(make())["Count"] == 1


def test_retries_run_out_and_successes_bring_them_back(make: Make, server: Server) -> None:
    client = make()
    server.replies = [refuse("ThrottlingException")]
    sent = []
    for _ in range(60):
        before = len(server.requests)
        with pytest.raises(exceptions.ClientError):
            query(client)
        sent.append(len(server.requests) - before)
    assert (sent[0], sent[-1]) == (3, 1)
    server.replies = [FOUND]
    for _ in range(20):
        query(client)
    server.replies = [refuse("ThrottlingException"), FOUND]
    assert query(client)["Count"] == 1
