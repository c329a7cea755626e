"""Alarms of the template against the metrics that its functions write, for two stacks in one account."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from local.stack.event_sources import read_queue_mappings
from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.schedules import read_schedules
from local.stack.transform import Transformed, read_transformed
from parity.aws.failures import log_failed_request
from parity.aws.metrics import NAMESPACE, write_metrics
from tests.support import ROOT
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.jobs import QUEUES, make_event_of_shard
from tools.transformed import ALL

DEV, PROD = "parity-dev", "parity-prod"
SCHEDULED = (*QUEUES, "parked_work/retry", "webhook_deliveries/retry")
"""The functions whose metrics an alarm waits for."""

Metric = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions: what CloudWatch identifies a metric by."""


@pytest.fixture(scope="module")
def template() -> Transformed:
    return read_transformed(ROOT / "template.yaml", ALL)


def resolve(template: Transformed, stack: str, resource_type: str) -> dict[str, Any]:
    """The resources of one type as they are in the stack of that name."""
    document, file = template.document, template.file
    given = {"AWS::StackName": stack, **ALL}
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


def of_versions(template: Transformed, stack: str) -> set[Metric]:
    """The metrics of requests that a version of a function has answered with 500."""
    return {each for each in watched_metrics(template, stack) if each[1] == "RequestsFailed"}


def run_scheduled(capsys: pytest.CaptureFixture[str]) -> set[Metric]:
    for operation in SCHEDULED:
        load_handler(operation).handler({}, Context())
    for operation in QUEUES:
        load_handler(operation).handler(make_event_of_shard(0), Context())
    return written_metrics(capsys.readouterr().out)


def test_no_alarm_of_a_stack_watches_a_metric_of_another(template: Transformed) -> None:
    dev, prod = watched_metrics(template, DEV), watched_metrics(template, PROD)
    assert dev
    assert len(dev) == len(prod)
    assert not set(dev) & set(prod)


def test_operations_say_of_each_alarm_what_it_means(template: Transformed) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .+ \| .+ \|$", page, re.MULTILINE)
    described = [name for row in rows for name in re.findall(r"\w+", row)]
    assert set(described) == set(resolve(template, PROD, "AWS::CloudWatch::Alarm"))
    assert len(set(described)) == len(described)


def test_operations_count_the_metrics_that_alarms_are_paid_by(template: Transformed) -> None:
    alarms = resolve(template, PROD, "AWS::CloudWatch::Alarm")
    shifting = {name for name in alarms if template.resources[name].get("Condition") == "ShiftsTraffic"}
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    written = re.findall(r"^\| alarms[^|]* \| (\d+) metrics in (\d+) alarms \|", page, re.MULTILINE)
    assert [(int(metrics), int(count)) for metrics, count in written] == [
        (sum(len(metrics_of(alarms[name])) for name in names), len(names))
        for names in (alarms.keys() - shifting, shifting)
    ]


def test_operations_count_the_runs_and_the_queues_that_a_quiet_stack_pays(template: Transformed) -> None:
    document, file = template.document, template.file
    resolver = Resolver(document, read_parameters(document, {**ALL}, file), file)
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    runs = sum(timedelta(days=30) / schedule.interval for schedule in read_schedules(resolver))
    assert f"{runs:,.0f} runs in 30 days" in page
    requests = len(read_queue_mappings(resolver)) * 648_000
    assert f"| {requests:,} requests |" in page


def test_the_dashboard_shows_every_metric_that_an_alarm_of_the_stack_watches(template: Transformed) -> None:
    """But for what alarms alone are for: single versions."""
    (dashboard,) = resolve(template, PROD, "AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"])["widgets"]
    shown = {tuple(metric[:2]) for widget in widgets for metric in widget["properties"]["metrics"]}
    watched = {(namespace, name) for namespace, name, _ in watched_metrics(template, PROD)}
    assert watched - shown == {
        ("AWS/Lambda", "Invocations"),
        (NAMESPACE, "RequestsFailed"),
    }
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
        own = {each for each in watched_metrics(template, stack) if each[0] == NAMESPACE} - of_versions(
            template, stack
        )
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


def test_a_request_that_fails_counts_for_the_version_that_an_alarm_watches(
    template: Transformed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = of_versions(template, PROD)
    assert watched
    for metric in watched:
        dimensions = dict(metric[2])
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", dimensions["function"])
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", dimensions["version"])
        log_failed_request({}, RuntimeError())
        _, line = capsys.readouterr().out.splitlines()
        assert written_metrics(line) == {metric}
