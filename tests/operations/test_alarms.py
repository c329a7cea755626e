"""Alarms of the template against the metrics that its functions write, for two stacks in one account."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.transform import Transformed, read_transformed
from parity.aws.jobs import NAMESPACE, write_metrics
from tests.support import ROOT
from tests.support.fakes.functions import Context, load_handler

DEV, PROD = "parity-dev", "parity-prod"
SCHEDULED = ("subscriptions/advance", "usage/aggregate", "parked_work/retry")
"""The functions whose metrics an alarm waits for."""

Metric = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions: what CloudWatch identifies a metric by."""


@pytest.fixture(scope="module")
def template() -> Transformed:
    return read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"})


def resolve(template: Transformed, stack: str, resource_type: str) -> dict[str, Any]:
    """The resources of one type as they are in the stack of that name."""
    document, file = template.document, template.file
    given = {"AWS::StackName": stack, "Runtime": "python3.13"}
    return Resolver(document, read_parameters(document, given, file), file).resources(resource_type)


def watched_metrics(template: Transformed, stack: str) -> list[Metric]:
    alarms = resolve(template, stack, "AWS::CloudWatch::Alarm").values()
    return [
        (
            metric["Namespace"],
            metric["MetricName"],
            frozenset(read_dimension(each, stack) for each in metric["Dimensions"]),
        )
        for alarm in alarms
        for metric in metrics_of(alarm)
    ]


def read_dimension(dimension: dict[str, str], stack: str) -> tuple[str, str]:
    """The name and the value. AWS makes the id of an API, another one for each stack."""
    name, value = dimension["Name"], dimension["Value"]
    return name, f"{value} of {stack}" if name == "ApiId" else value


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The one metric that it names, or those of its expression."""
    if "Metrics" not in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def written_metrics(text: str) -> set[Metric]:
    """The metrics that CloudWatch makes of log lines in its embedded metric format."""
    lines = [json.loads(line) for line in text.splitlines()]
    return {
        (declared["Namespace"], metric["Name"], frozenset((name, line[name]) for name in names))
        for line in lines
        for declared in line["_aws"]["CloudWatchMetrics"]
        for names in declared["Dimensions"]
        for metric in declared["Metrics"]
    }


def run_scheduled(capsys: pytest.CaptureFixture[str]) -> set[Metric]:
    for operation in SCHEDULED:
        load_handler(operation).handler({}, Context())
    return written_metrics(capsys.readouterr().out)


def test_no_alarm_of_a_stack_watches_a_metric_of_another(template: Transformed) -> None:
    dev, prod = watched_metrics(template, DEV), watched_metrics(template, PROD)
    assert dev
    assert len(dev) == len(prod)
    assert not set(dev) & set(prod)


def test_operations_say_of_each_alarm_what_it_means(template: Transformed) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", page, re.MULTILINE)
    assert set(described) == set(resolve(template, PROD, "AWS::CloudWatch::Alarm"))
    assert len(set(described)) == len(described)


def test_the_dashboard_shows_every_metric_that_an_alarm_of_the_stack_watches(template: Transformed) -> None:
    """But for the age of messages about migrations, which the alarm alone is for."""
    (dashboard,) = resolve(template, PROD, "AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"])["widgets"]
    shown = {tuple(metric[:2]) for widget in widgets for metric in widget["properties"]["metrics"]}
    watched = {(namespace, name) for namespace, name, _ in watched_metrics(template, PROD)}
    assert watched - shown == {("AWS/SQS", "ApproximateAgeOfOldestMessage")}
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)


def test_an_alarm_of_several_metrics_returns_the_value_of_its_expression(template: Transformed) -> None:
    alarms = resolve(template, PROD, "AWS::CloudWatch::Alarm").values()
    combined = [alarm["Metrics"] for alarm in alarms if "Metrics" in alarm]
    assert combined
    for metrics in combined:
        returned = [each for each in metrics if each.get("ReturnData", True)]
        assert [set(each) & {"Expression", "MetricStat"} for each in returned] == [{"Expression"}]


def test_each_function_is_told_the_name_of_its_stack(template: Transformed) -> None:
    functions = resolve(template, PROD, "AWS::Lambda::Function").values()
    assert {each["Environment"]["Variables"]["STACK_NAME"] for each in functions} == {PROD}


def test_functions_write_the_metrics_that_the_alarms_of_their_stack_watch(
    template: Transformed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for stack, other in ((DEV, PROD), (PROD, DEV)):
        monkeypatch.setenv("STACK_NAME", stack)
        written = run_scheduled(capsys)
        own = {metric for metric in watched_metrics(template, stack) if metric[0] == NAMESPACE}
        assert own
        assert own <= written
        assert not written & set(watched_metrics(template, other))


def test_a_metric_of_a_stream_function_names_its_stack_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACK_NAME", DEV)
    write_metrics({"CustomersParked": 1})
    assert written_metrics(capsys.readouterr().out) == {
        (NAMESPACE, "CustomersParked", frozenset({("stack", DEV)}))
    }
