from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.local.runtime.functions import MakePool, invoke, make_function


def test_a_function_has_the_variables_of_lambda_and_none_of_the_developer(
    make_pool: MakePool, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "developer")
    monkeypatch.setenv("OF_THE_DEVELOPER", "yes")
    seen = invoke(make_pool(make_function("describe_process", code)), "describe_process")
    environment = seen["environment"]
    assert {"AWS_PROFILE", "OF_THE_DEVELOPER", "HOME"} & environment.keys() == set()
    assert environment["TABLE_NAME"] == "t"
    assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == "http://127.0.0.1:1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == seen["name"] == "describe_process"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/describe_process"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"]
    assert environment["LAMBDA_TASK_ROOT"] == str(code)
    assert environment["PYTHONPATH"] == f"{code}:{code / 'layer'}"
    assert seen["arn"].endswith(":function:describe_process")
    assert seen["input"] == ""


def test_a_function_sees_the_log_group_that_its_template_names(make_pool: MakePool, code: Path) -> None:
    function = replace(make_function("describe_process", code), log_group="/aws/lambda/shared")
    seen = invoke(make_pool(function), "describe_process")
    assert seen["environment"]["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/shared"


def test_a_function_knows_how_much_time_it_has(make_pool: MakePool, code: Path) -> None:
    seen = invoke(make_pool(make_function("describe_process", code, timeout_seconds=7)), "describe_process")
    assert 0 < seen["milliseconds"] <= 7000


def test_the_trace_of_the_gateway_continues_in_the_function(make_pool: MakePool, code: Path) -> None:
    pool = make_pool(make_function("describe_process", code))
    with_trace = invoke(pool, "describe_process", {"headers": {"X-Amzn-Trace-Id": "Root=1-2-3"}})
    without = invoke(pool, "describe_process", {"headers": None})
    assert with_trace["environment"]["_X_AMZN_TRACE_ID"] == "Root=1-2-3"
    assert without["environment"]["_X_AMZN_TRACE_ID"].startswith("Root=1-")
