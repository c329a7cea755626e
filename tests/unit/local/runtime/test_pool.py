from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.runtime import FunctionPool, RuntimeMissingError
from local.runtime import pool as pool_module
from tests.support.engines.processes import wait_until
from tests.unit.local.runtime.functions import (
    MakePool,
    invoke,
    invoke_failing,
    is_running,
    make_function,
    run_concurrent_calls,
)


def test_an_idle_process_takes_the_next_invocation(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(make_function("identify", code))
    first, second = invoke(pool, "identify"), invoke(pool, "identify")
    assert first["pid"] == second["pid"]
    assert (first["calls"], second["calls"]) == (1, 2)


def test_concurrent_invocations_have_processes_of_their_own(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(make_function("wait", code))
    assert len(run_concurrent_calls(pool, "wait", 3, tmp_path)) == 3


def test_an_unknown_function_is_an_error(make_pool: MakePool) -> None:
    assert invoke_failing(make_pool(), "nobody").error_type == "ResourceNotFoundException"


def test_the_process_that_is_idle_for_longest_is_replaced(make_pool: MakePool, code: Path) -> None:
    names = ("first", "second", "third")
    functions = [make_function(name, code, handler="identify") for name in names]
    pool = make_pool(*functions, capacity=2)
    first, second, third = (invoke(pool, name)["pid"] for name in names)
    assert not is_running(first)
    assert is_running(second)
    assert is_running(third)


def test_a_call_that_gets_no_process_in_time_is_throttled(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(
        make_function("wait", code), make_function("identify", code), capacity=1, wait_seconds=0.05
    )
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        assert invoke_failing(pool, "identify").error_type == "TooManyRequestsException"
        (tmp_path / "go").touch()
        running.result()
    assert invoke(pool, "identify")["calls"] == 1


def test_a_waiting_call_runs_when_a_process_may_start(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    pool = make_pool(make_function("wait", code), make_function("identify", code), capacity=1)
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        waiting = threads.submit(invoke, pool, "identify")
        (tmp_path / "go").touch()
        assert waiting.result()["pid"] != running.result()


def test_many_calls_of_several_functions_share_few_processes(make_pool: MakePool, code: Path) -> None:
    functions = [make_function(name, code, handler="identify") for name in ("a", "b", "c")]
    pool = make_pool(*functions, capacity=2)
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda number: invoke(pool, "abc"[number % 3])["calls"], range(30)))
    assert len(answers) == 30


def test_unused_processes_are_replaced_by_those_of_a_busy_function(
    make_pool: MakePool, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "UNUSED_SECONDS", 0.05)
    functions = [make_function(name, code, handler="wait") for name in ("before", "after")]
    pool = make_pool(*functions, capacity=2)
    assert len(run_concurrent_calls(pool, "before", 2, tmp_path)) == 2
    assert len(run_concurrent_calls(pool, "after", 2, tmp_path)) == 2


def test_a_busy_function_does_not_block_another(make_pool: MakePool, code: Path) -> None:
    functions = [make_function(name, code, handler="identify") for name in ("busy", "rare")]
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


def test_changed_code_runs_in_new_processes_and_running_calls_end_in_their_old_one(
    make_pool: MakePool, code: Path, tmp_path: Path
) -> None:
    functions = {"wait": make_function("wait", code), "identify": make_function("identify", code)}
    pool = make_pool(*functions.values())
    event = {"started": str(tmp_path / "started"), "go": str(tmp_path / "go")}
    idle = invoke(pool, "identify")["pid"]
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke, pool, "wait", event)
        wait_until((tmp_path / "started").exists)
        (code / "app.py").write_text(
            "def identify(event, context): return 'new'\ndef wait(*_): return 'new'\n"
        )
        pool.replace(functions)
        assert not is_running(idle)
        assert invoke(pool, "identify") == "new"
        (tmp_path / "go").touch()
        old = running.result()
    assert invoke(pool, "wait") == "new"
    assert not is_running(old)


def test_close_ends_every_process_and_its_invocation(
    make_pool: MakePool, code: Path, tmp_path: Path, reports: list[str]
) -> None:
    pool = make_pool(make_function("hang", code), make_function("identify", code))
    idle = invoke(pool, "identify")["pid"]
    threads_before = threading.active_count()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(invoke_failing, pool, "hang", {"file": str(tmp_path / "pid")})
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        pool.close()
        assert running.result().error_type == "Runtime.ExitError"
    assert not is_running(idle)
    assert not is_running(int((tmp_path / "pid").read_text()))
    assert reports == []
    assert invoke_failing(pool, "identify").error_type == "ServiceException"
    wait_until(lambda: threading.active_count() < threads_before)


def test_a_runtime_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        RuntimeMissingError, match=r"nowhere/python, which runs the functions, does not exist"
    ):
        FunctionPool({}, tmp_path / "nowhere/python", logs=tmp_path, services={}, report=print)


def test_a_call_waits_a_little_for_a_busy_process_where_each_processor_has_one(
    make_pool: MakePool, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "PATIENCE_SECONDS", 30)
    monkeypatch.setattr(pool_module, "PROCESSORS", 1)
    pool = make_pool(make_function("wait", code))
    events = [{"started": str(tmp_path / f"started{n}"), "go": str(tmp_path / f"go{n}")} for n in range(2)]
    with ThreadPoolExecutor() as threads:
        calls = [threads.submit(invoke, pool, "wait", event) for event in events]
        wait_until(lambda: any((tmp_path / f"started{n}").exists() for n in range(2)))
        assert not all((tmp_path / f"started{n}").exists() for n in range(2))
        for number in range(2):
            (tmp_path / f"go{number}").touch()
        assert len({call.result() for call in calls}) == 1
