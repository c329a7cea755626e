from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.model import Function, FunctionError
from local.runtime import FunctionPool, RuntimeMissingError
from local.runtime import pool as places
from tests.support import ROOT
from tests.support.engines.processes import RUNTIME_PYTHON, wait_until

HANDLERS = """
import os, sys, time
calls = 0

def who(event, context):
    global calls
    calls += 1
    return {"pid": os.getpid(), "calls": calls}

def echo(event, context):
    print("handled")
    return event

def around(event, context):
    return {
        "environment": dict(os.environ),
        "arguments": sys.argv[1:],
        "input": sys.stdin.read(),
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "milliseconds": context.get_remaining_time_in_millis(),
    }

def refuse(event, context):
    global calls
    calls += 1
    raise ValueError(f"call {calls}")

def crash(event, context):
    os._exit(3)

def leave(event, context):
    sys.exit(0)

def hang(event, context):
    with open(event["file"], "w") as file:
        file.write(str(os.getpid()))
    while True:
        time.sleep(0.01)

def wait(event, context):
    open(event["started"], "w").close()
    while not os.path.exists(event["go"]):
        time.sleep(0.01)
    return os.getpid()

def grow(event, context):
    return "x" * event["size"]

def secretive(event, context):
    return object()
"""

Json = Any
MakePool = Callable[..., FunctionPool]


def function(name: str, code: Path, *, timeout_seconds: int = 20) -> Function:
    return Function(name, f"app.{name}", code, (code / "layer",), {"TABLE_NAME": "t"}, 256, timeout_seconds)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "app.py").write_text(HANDLERS)
    return folder


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make_pool(tmp_path: Path, said: list[str]) -> Iterator[MakePool]:
    pools = []

    def make(*functions: Function, capacity: int | None = None, wait_seconds: float = 60) -> FunctionPool:
        pool = FunctionPool(
            {function.name: function for function in functions},
            RUNTIME_PYTHON,
            logs=tmp_path / "logs",
            services={"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"},
            report=said.append,
            capacity=capacity,
            wait_seconds=wait_seconds,
        )
        pools.append(pool)
        return pool

    yield make
    for pool in pools:
        pool.close()


def invoke(pool: FunctionPool, name: str, event: Mapping[str, Any] | None = None) -> Json:
    return json.loads(pool.invoke(name, event or {}))


def failure(pool: FunctionPool, name: str, event: Mapping[str, Any] | None = None) -> FunctionError:
    with pytest.raises(FunctionError) as caught:
        pool.invoke(name, event or {})
    return caught.value


def processes_of_concurrent_calls(pool: FunctionPool, name: str, count: int, folder: Path) -> set[int]:
    """The process ids of calls of a waiting function that all run at the same time."""
    go, started = folder / f"{name} go", [folder / f"{name} {number}" for number in range(count)]
    with ThreadPoolExecutor() as threads:
        calls = [
            threads.submit(invoke, pool, name, {"started": str(file), "go": str(go)}) for file in started
        ]
        wait_until(lambda: all(file.exists() for file in started))
        go.touch()
        return {call.result() for call in calls}


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_function_answers_with_what_its_handler_returns(make_pool: MakePool, code: Path) -> None:
    event = {"name": "Müller 東京", "nested": [1, None, True]}
    assert invoke(make_pool(function("echo", code)), "echo", event) == event


def test_output_goes_to_the_log_of_the_function(make_pool: MakePool, code: Path, tmp_path: Path) -> None:
    invoke(make_pool(function("echo", code)), "echo")
    assert "handled" in (tmp_path / "logs/echo.log").read_text()


def test_an_idle_process_takes_the_next_invocation(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(function("who", code))
    first, second = invoke(pool, "who"), invoke(pool, "who")
    assert first["pid"] == second["pid"]
    assert (first["calls"], second["calls"]) == (1, 2)


def test_concurrent_invocations_have_processes_of_their_own(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(function("wait", code))
    assert len(processes_of_concurrent_calls(pool, "wait", 3, tmp_path)) == 3


def test_a_function_sees_what_lambda_sets_and_nothing_of_the_developer(
    make_pool: MakePool, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "developer")
    monkeypatch.setenv("OF_THE_DEVELOPER", "yes")
    seen = invoke(make_pool(function("around", code)), "around")
    environment = seen["environment"]
    assert {"AWS_PROFILE", "OF_THE_DEVELOPER", "HOME"} & environment.keys() == set()
    assert environment["TABLE_NAME"] == "t"
    assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == "http://127.0.0.1:1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == seen["name"] == "around"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/around"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"]
    assert environment["LAMBDA_TASK_ROOT"] == str(code)
    assert environment["PYTHONPATH"] == f"{code}:{code / 'layer'}"
    assert seen["arn"].endswith(":function:around")
    assert seen["input"] == ""


def test_a_function_sees_the_log_group_that_its_template_names(make_pool: MakePool, code: Path) -> None:
    seen = invoke(make_pool(replace(function("around", code), log_group="/aws/lambda/shared")), "around")
    assert seen["environment"]["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/shared"


def test_a_function_knows_how_much_time_it_has(make_pool: MakePool, code: Path) -> None:
    seen = invoke(make_pool(function("around", code, timeout_seconds=7)), "around")
    assert 0 < seen["milliseconds"] <= 7000


def test_the_trace_of_the_gateway_goes_on_in_the_function(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(function("around", code))
    with_trace = invoke(pool, "around", {"headers": {"X-Amzn-Trace-Id": "Root=1-2-3"}})
    without = invoke(pool, "around", {"headers": None})
    assert with_trace["environment"]["_X_AMZN_TRACE_ID"] == "Root=1-2-3"
    assert without["environment"]["_X_AMZN_TRACE_ID"].startswith("Root=1-")


def test_an_exception_is_reported_and_the_process_kept(
    make_pool: MakePool, code: Path, tmp_path: Path, said: list[str]
) -> None:
    pool = make_pool(function("refuse", code))
    first, second = failure(pool, "refuse"), failure(pool, "refuse")
    assert (first.error_type, first.message) == ("ValueError", "call 1")
    assert second.message == "call 2"
    assert said[0] == f"refuse failed: ValueError: call 1 (see {tmp_path / 'logs/refuse.log'})"
    assert 'raise ValueError(f"call {calls}")' in (tmp_path / "logs/refuse.log").read_text()


@pytest.mark.parametrize(
    ("name", "reason"), [("crash", "exit status 3"), ("leave", "without providing a reason")]
)
def test_a_process_that_ends_is_replaced(make_pool: MakePool, code: Path, name: str, reason: str) -> None:
    pool = make_pool(function(name, code), capacity=1)
    for _ in range(2):
        error = failure(pool, name)
        assert error.error_type == "Runtime.ExitError"
        assert reason in error.message


def test_a_handler_that_cannot_be_imported_is_tried_again(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(function("who", code), capacity=1)
    (code / "app.py").write_text("import missing_module")
    error = failure(pool, "who")
    assert error.error_type == "Runtime.ImportModuleError"
    assert "missing_module" in error.message
    (code / "app.py").write_text(HANDLERS)
    assert invoke(pool, "who")["calls"] == 1


def test_a_function_that_hangs_is_killed_after_its_timeout(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(function("hang", code, timeout_seconds=1), capacity=1)
    error = failure(pool, "hang", {"file": str(tmp_path / "pid")})
    assert error.error_type == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in error.message
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert "Task timed out" in (tmp_path / "logs/hang.log").read_text()


def test_an_answer_that_is_no_json_is_an_error(make_pool: MakePool, code: Path) -> None:
    assert failure(make_pool(function("secretive", code)), "secretive").error_type == "Runtime.MarshalError"


def test_lambdas_payload_limits_hold(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(function("grow", code), function("echo", code))
    assert failure(pool, "grow", {"size": 6_291_555}).error_type == "Function.ResponseSizeTooLarge"
    assert len(invoke(pool, "grow", {"size": 6_291_554})) == 6_291_554
    assert failure(pool, "echo", {"text": "x" * 6_291_456}).error_type == "RequestTooLargeException"


def test_a_function_that_is_not_there_is_an_error(make_pool: MakePool) -> None:
    assert failure(make_pool(), "nobody").error_type == "ResourceNotFoundException"


def test_the_process_idle_for_longest_makes_room_for_another_function(
    make_pool: MakePool, code: Path
) -> None:
    names = ("first", "second", "third")
    functions = [Function(name, "app.who", code, (), {}, 128, 20) for name in names]
    pool = make_pool(*functions, capacity=2)
    first, second, third = (invoke(pool, name)["pid"] for name in names)
    assert not is_running(first)
    assert is_running(second)
    assert is_running(third)


def test_a_call_that_gets_no_place_in_time_is_throttled(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(function("wait", code), function("who", code), capacity=1, wait_seconds=0.05)
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        assert failure(pool, "who").error_type == "TooManyRequestsException"
        (tmp_path / "go").touch()
        running.result()
    assert invoke(pool, "who")["calls"] == 1


def test_a_waiting_call_gets_the_place_that_becomes_free(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(function("wait", code), function("who", code), capacity=1)
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        waiting = threads.submit(invoke, pool, "who")
        (tmp_path / "go").touch()
        assert waiting.result()["pid"] != running.result()


def test_many_calls_of_several_functions_share_few_processes(make_pool: MakePool, code: Path) -> None:
    functions = [Function(name, "app.who", code, (), {}, 128, 20) for name in ("a", "b", "c")]
    pool = make_pool(*functions, capacity=2)
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda number: invoke(pool, "abc"[number % 3])["calls"], range(30)))
    assert len(answers) == 30


def test_places_move_to_the_function_that_has_more_to_do(
    make_pool: MakePool, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "UNUSED_SECONDS", 0.05)
    functions = [Function(name, "app.wait", code, (), {}, 128, 20) for name in ("before", "after")]
    pool = make_pool(*functions, capacity=2)
    assert len(processes_of_concurrent_calls(pool, "before", 2, tmp_path)) == 2
    assert len(processes_of_concurrent_calls(pool, "after", 2, tmp_path)) == 2


def test_a_busy_function_does_not_keep_another_out(make_pool: MakePool, code: Path) -> None:
    functions = [Function(name, "app.who", code, (), {}, 128, 20) for name in ("busy", "rare")]
    pool = make_pool(*functions, capacity=1, wait_seconds=10)
    served = threading.Event()

    def keep_busy() -> None:
        while not served.is_set():
            invoke(pool, "busy")

    with ThreadPoolExecutor(4) as threads:
        busy = [threads.submit(keep_busy) for _ in range(4)]
        try:
            assert invoke(pool, "rare")["calls"] == 1
        finally:
            served.set()
        for thread in busy:
            thread.result()


def test_changed_code_runs_in_new_processes_and_what_runs_is_left_to_end(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    functions = {"wait": function("wait", code), "who": function("who", code)}
    pool = make_pool(*functions.values())
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    idle = invoke(pool, "who")["pid"]
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        (code / "app.py").write_text("def who(event, context): return 'new'\ndef wait(*_): return 'new'\n")
        pool.replace(functions)
        assert not is_running(idle)
        assert invoke(pool, "who") == "new"
        (tmp_path / "go").touch()
        old = running.result()
    assert invoke(pool, "wait") == "new"
    assert not is_running(old)


def test_close_ends_every_process_and_what_they_run(
    make_pool: MakePool, code: Path, tmp_path: Path, said: list[str]
) -> None:
    pool = make_pool(function("hang", code), function("who", code))
    idle = invoke(pool, "who")["pid"]
    threads_before = threading.active_count()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(failure, pool, "hang", {"file": str(tmp_path / "pid")})
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        pool.close()
        assert running.result().error_type == "Runtime.ExitError"
    assert not is_running(idle)
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert said == []
    assert failure(pool, "who").error_type == "ServiceException"
    wait_until(lambda: threading.active_count() < threads_before)


def test_processes_do_not_outlive_a_local_cloud_that_is_killed(code: Path, tmp_path: Path) -> None:
    script = f"""
import threading
from pathlib import Path
from local.model import Function
from local.runtime import FunctionPool, RuntimeMissingError
from local.runtime import pool as places
code = Path({str(code)!r})
functions = {{"hang": Function("hang", "app.hang", code, (), {{}}, 128, 60)}}
pool = FunctionPool(functions, Path({str(RUNTIME_PYTHON)!r}), logs=code / "logs", services={{}}, report=print)
pool.invoke("hang", {{"file": {str(tmp_path / "pid")!r}}})
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as cloud:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        cloud.send_signal(signal.SIGKILL)
    worker = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_running(worker))


def test_a_runtime_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        RuntimeMissingError, match=r"nowhere/python, which runs the functions, does not exist"
    ):
        FunctionPool({}, tmp_path / "nowhere/python", logs=tmp_path, services={}, report=print)
