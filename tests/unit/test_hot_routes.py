"""What hot routes cost beside their work, and how many requests are let through, is what parameters say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.transform import Transformed, read_transformed
from parity.aws.failures import log_failed_request
from tests.support import ROOT
from tools.transformed import ALL

THROTTLES = {
    "ApiThrottlingRateLimit": 200,
    "ApiThrottlingBurstLimit": 400,
    "EdgeThrottlingRateLimit": 2000,
    "EdgeThrottlingBurstLimit": 2000,
}
"""Parameters with their defaults."""

ResolveAll = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def template() -> Transformed:
    return read_transformed(ROOT / "template.yaml", ALL)


@pytest.fixture(scope="module")
def resolve(template: Transformed) -> ResolveAll:
    """The resources of a type in a stack with these parameters."""

    def resolve_type(type_name: str, **given: str) -> dict[str, Any]:
        parameters = read_parameters(template.document, {**ALL, **given}, template.file)
        return Resolver(template.document, parameters, template.file).resources(type_name)

    return resolve_type


def hot_functions(template: Transformed) -> set[str]:
    """Those that are called by version."""
    aliases = [each for each in template.resources.values() if each["Type"] == "AWS::Lambda::Alias"]
    return {alias["Properties"]["FunctionName"]["Ref"] for alias in aliases}


def tracing_and_system_logs(function: Mapping[str, Any]) -> tuple[str, str]:
    return function["TracingConfig"]["Mode"], function["LoggingConfig"]["SystemLogLevel"]


def test_the_edge_has_all_hot_routes_and_no_others(template: Transformed) -> None:
    edge = json.dumps(template.resources["EdgeApi"]["Properties"]["Body"]["paths"])
    called = {name.removesuffix("Aliaslive") for name in re.findall(r"\$\{(\w+)\}/invocations", edge)}
    assert called == hot_functions(template)


def test_hot_routes_are_quiet_unless_a_parameter_asks(template: Transformed, resolve: ResolveAll) -> None:
    hot = hot_functions(template)
    assert hot
    asked = {"HotRouteTracing": "Active", "HotRouteSystemLogLevel": "INFO"}
    for given, expected in (({}, ("PassThrough", "WARN")), (asked, ("Active", "INFO"))):
        functions = resolve("AWS::Lambda::Function", **given)
        assert {tracing_and_system_logs(functions[name]) for name in hot} == {expected}


def test_all_other_functions_are_traced_and_log_their_runs(
    template: Transformed, resolve: ResolveAll
) -> None:
    functions = resolve("AWS::Lambda::Function")
    others = functions.keys() - hot_functions(template)
    quiet = {name for name in others if tracing_and_system_logs(functions[name]) != ("Active", "INFO")}
    assert quiet == set()
    assert all("ApplicationLogLevel" in function["LoggingConfig"] for function in functions.values())


def test_the_edge_logs_requests_only_if_a_parameter_asks(resolve: ResolveAll) -> None:
    (quiet,) = resolve("AWS::ApiGatewayV2::Stage").values()
    (logging,) = resolve("AWS::ApiGatewayV2::Stage", EdgeAccessLogging="yes").values()
    assert "AccessLogSettings" not in quiet
    log = json.loads(logging["AccessLogSettings"]["Format"])
    assert log["keyId"] == "$context.authorizer.keyId"
    assert not any("header" in value.lower() for value in log.values())


def test_no_alarm_looks_at_lines_that_may_be_off(resolve: ResolveAll, template: Transformed) -> None:
    """Alarms watch metrics of AWS, and those that functions write themselves."""
    types = {resource["Type"] for resource in template.resources.values()}
    assert not types & {"AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"}
    quiet, loud = (
        resolve("AWS::CloudWatch::Alarm", **given)
        for given in ({}, {"HotRouteTracing": "Active", "HotRouteSystemLogLevel": "INFO"})
    )
    assert quiet == loud


def test_a_failed_request_is_no_line_of_the_system(capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda takes a line without a level for one of the application, and for INFO."""
    log_failed_request({}, RuntimeError())
    error, metric = map(json.loads, capsys.readouterr().out.splitlines())
    assert error["level"] == "ERROR"
    assert "level" not in metric


def test_throttles_are_parameters(resolve: ResolveAll) -> None:
    def throttles(**given: str) -> list[str]:
        (core,) = resolve("AWS::ApiGateway::Stage", **given).values()
        (edge,) = resolve("AWS::ApiGatewayV2::Stage", **given).values()
        (everywhere,) = core["MethodSettings"]
        assert (everywhere["ResourcePath"], everywhere["HttpMethod"]) == ("/*", "*")
        return [
            settings[name]
            for settings in (everywhere, edge["DefaultRouteSettings"])
            for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
        ]

    assert throttles() == [str(default) for default in THROTTLES.values()]
    given = {name: str(10 + number) for number, name in enumerate(THROTTLES)}
    assert throttles(**given) == list(given.values())


@pytest.mark.parametrize("name", THROTTLES)
def test_a_throttle_that_lets_nothing_through_is_refused(template: Transformed, name: str) -> None:
    declared = template.document["Parameters"][name]
    assert declared["Type"] == "Number"
    assert declared["MinValue"] == 1
    assert declared["MinValue"] < declared["Default"] < declared["MaxValue"]


@pytest.mark.parametrize(
    "name", [*THROTTLES, "HotRouteTracing", "HotRouteSystemLogLevel", "EdgeAccessLogging"]
)
def test_the_page_about_deployment_says_the_default(template: Transformed, name: str) -> None:
    page = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    ((default,),) = [re.findall(rf"^\| `{name}` \| `?([\w,]+)`? \|", page, re.MULTILINE)]
    assert default.replace(",", "") == str(template.document["Parameters"][name]["Default"])
