"""Functions for a pool, and calls of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.model import Function, FunctionError
from local.runtime import FunctionPool
from tests.support.engines.processes import wait_until

HANDLERS = """
import os, sys, time
calls = 0

def identify(event, context):
    global calls
    calls += 1
    return {"pid": os.getpid(), "calls": calls}

def echo(event, context):
    print("handled")
    return event

def describe_process(event, context):
    return {
        "environment": dict(os.environ),
        "arguments": sys.argv[1:],
        "input": sys.stdin.read(),
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "milliseconds": context.get_remaining_time_in_millis(),
    }

def raise_error(event, context):
    global calls
    calls += 1
    raise ValueError(f"call {calls}")

def crash(event, context):
    os._exit(3)

def exit_cleanly(event, context):
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

def answer_large(event, context):
    return "x" * event["size"]

def answer_object(event, context):
    return object()
"""

Json = Any
MakePool = Callable[..., FunctionPool]


def make_function(
    name: str, code: Path, *, handler: str | None = None, timeout_seconds: int = 20
) -> Function:
    """A function with the handler of its name, unless another is given."""
    layers, variables = (code / "layer",), {"TABLE_NAME": "t"}
    return Function(name, f"app.{handler or name}", code, layers, variables, 256, timeout_seconds)


def invoke(pool: FunctionPool, name: str, event: Mapping[str, Any] | None = None) -> Json:
    return json.loads(pool.invoke(name, event or {}))


def invoke_failing(pool: FunctionPool, name: str, event: Mapping[str, Any] | None = None) -> FunctionError:
    with pytest.raises(FunctionError) as caught:
        pool.invoke(name, event or {})
    return caught.value


def run_concurrent_calls(pool: FunctionPool, name: str, count: int, folder: Path) -> set[int]:
    """The process ids of calls of a waiting function, all at the same time."""
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
