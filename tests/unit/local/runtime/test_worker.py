from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.local.runtime.functions import (
    HANDLERS,
    MakePool,
    invoke,
    invoke_failing,
    is_running,
    make_function,
)


def test_a_function_answers_with_what_its_handler_returns(make_pool: MakePool, code: Path) -> None:
    event = {"name": "Müller 東京", "nested": [1, None, True]}
    assert invoke(make_pool(make_function("echo", code)), "echo", event) == event


def test_output_goes_to_the_log_of_the_function(make_pool: MakePool, code: Path, tmp_path: Path) -> None:
    invoke(make_pool(make_function("echo", code)), "echo")
    assert "handled" in (tmp_path / "logs/echo.log").read_text()


def test_an_exception_is_reported_and_keeps_the_process(
    make_pool: MakePool, code: Path, tmp_path: Path, reports: list[str]
) -> None:
    pool = make_pool(make_function("raise_error", code))
    first, second = invoke_failing(pool, "raise_error"), invoke_failing(pool, "raise_error")
    assert (first.error_type, first.message) == ("ValueError", "call 1")
    assert second.message == "call 2"
    assert reports[0] == f"raise_error failed: ValueError: call 1 (see {tmp_path / 'logs/raise_error.log'})"
    assert 'raise ValueError(f"call {calls}")' in (tmp_path / "logs/raise_error.log").read_text()


@pytest.mark.parametrize(
    ("name", "reason"), [("crash", "exit status 3"), ("exit_cleanly", "without providing a reason")]
)
def test_a_process_that_ends_is_replaced(make_pool: MakePool, code: Path, name: str, reason: str) -> None:
    pool = make_pool(make_function(name, code), capacity=1)
    for _ in range(2):
        error = invoke_failing(pool, name)
        assert error.error_type == "Runtime.ExitError"
        assert reason in error.message


def test_a_handler_that_cannot_be_imported_is_imported_again(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(make_function("identify", code), capacity=1)
    (code / "app.py").write_text("import missing_module")
    error = invoke_failing(pool, "identify")
    assert error.error_type == "Runtime.ImportModuleError"
    assert "missing_module" in error.message
    (code / "app.py").write_text(HANDLERS)
    assert invoke(pool, "identify")["calls"] == 1


def test_a_function_that_hangs_is_killed_after_its_timeout(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(make_function("hang", code, timeout_seconds=1), capacity=1)
    error = invoke_failing(pool, "hang", {"file": str(tmp_path / "pid")})
    assert error.error_type == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in error.message
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert "Task timed out" in (tmp_path / "logs/hang.log").read_text()


def test_an_answer_that_is_no_json_is_an_error(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(make_function("answer_object", code))
    assert invoke_failing(pool, "answer_object").error_type == "Runtime.MarshalError"


def test_lambdas_payload_limits_hold(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(make_function("answer_large", code), make_function("echo", code))
    assert (
        invoke_failing(pool, "answer_large", {"size": 6_291_555}).error_type
        == "Function.ResponseSizeTooLarge"
    )
    assert len(invoke(pool, "answer_large", {"size": 6_291_554})) == 6_291_554
    assert invoke_failing(pool, "echo", {"text": "x" * 6_291_456}).error_type == "RequestTooLargeException"
