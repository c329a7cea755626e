"""The line that logs a failure: what happened and where, never what a customer entered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from parity.aws.failures import log_failed_request, log_failure


def catch_raised_error(message: str) -> Exception:
    """An error that has a traceback."""
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError(message)
    return caught.value


def logged_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def read_logged_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = logged_lines(capsys)
    return line


def test_a_failure_is_one_line_with_its_kind_its_place_and_its_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_failure(
        "count failed", catch_raised_error("acme@example.com"), customerId="acme", featureId="exports"
    )
    line = read_logged_line(capsys)
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "count failed", "RuntimeError")
    assert (line["customerId"], line["featureId"]) == ("acme", "exports")
    (frame,) = line["where"]
    assert "test_failures.py" in frame


def test_each_failure_of_a_group_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    group = ExceptionGroup("two features", [catch_raised_error(""), ExceptionGroup("inner", [ValueError()])])
    log_failure("count failed", group, customerId="acme")
    lines = logged_lines(capsys)
    assert [(line["error"], line["customerId"]) for line in lines] == [
        ("RuntimeError", "acme"),
        ("ValueError", "acme"),
    ]
    assert "test_failures.py" in lines[0]["where"][0]


def test_the_line_does_not_quote_the_message_of_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    log_failure("count failed", catch_raised_error("acme@example.com"))
    assert "acme@example.com" not in json.dumps(read_logged_line(capsys))


def test_the_time_is_written_as_lambda_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    log_failure("count failed", catch_raised_error(""))
    text = read_logged_line(capsys)["timestamp"]
    assert text.endswith("Z")
    assert abs((datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.parametrize(
    ("event", "request_id"),
    [({"requestContext": {"requestId": "c6af9ac6"}}, "c6af9ac6"), ({"unknown": 1}, None)],
)
def test_a_failed_request_is_named_by_the_id_that_the_gateway_logs(
    event: dict[str, Any], request_id: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    log_failed_request(event, catch_raised_error(""))
    line, _ = logged_lines(capsys)
    assert (line["message"], line["correlation_id"]) == ("request failed", request_id)
