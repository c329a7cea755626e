"""What a stack without any request costs in 30 days, by line: the table in docs/operations.md.

Alarms, schedules and queues are the template's. Reads, log lines and metrics are measured: each scheduled
function runs once on an empty table. How long a run takes, and what Lambda itself logs of it, are estimates.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.stack.event_sources import read_queue_mappings
from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.queues import FIFO_ENDING
from local.stack.schedules import read_schedules
from local.stack.transform import Transformed, read_transformed
from parity.dynamodb.table import table
from tests.support.fakes.functions import Context, load_handler
from tools.costing.assumptions import SYSTEM_LOG_BYTES
from tools.costing.prices import GB, read_prices
from tools.measuring.units import ROOT, Meter, empty_table
from tools.transformed import ALL

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MONTH = timedelta(days=30)
RUN_SECONDS = 0.05
POLLS = MONTH / timedelta(seconds=20) * 5
"""Of one queue: Lambda waits at it in five places, twenty seconds at a time."""


@dataclass(frozen=True)
class Run:
    """One run of a scheduled function, and how many there are in the 30 days."""

    times: float
    memory_gb: float
    read_units: float
    log_bytes: int
    metrics: frozenset[str]

    def gb_seconds(self) -> float:
        return self.times * self.memory_gb * RUN_SECONDS

    def log_gb(self) -> float:
        return self.times * (self.log_bytes + SYSTEM_LOG_BYTES) / GB


@dataclass(frozen=True)
class Line:
    """`price` is its name in the price list."""

    what: str
    amount: float
    price: str


def list_lines(client: DynamoDBClient) -> list[Line]:
    """What 30 days need. The client is that of an empty table, which the stores of this process use."""
    transformed = read_transformed(ROOT / "template.yaml", ALL)
    given = {"AWS::StackName": "measure", **ALL}
    parameters = read_parameters(transformed.document, given, transformed.file)
    resolver = Resolver(transformed.document, parameters, transformed.file)
    runs = list(run_schedules(transformed, resolver, client))
    of_versions = count_alarm_metrics(transformed, of_versions=True)
    others = count_alarm_metrics(transformed, of_versions=False)
    queues = [mapping.queue for mapping in read_queue_mappings(resolver)]
    fifo = sum(queue.endswith(FIFO_ENDING) for queue in queues)
    return [
        Line("alarms, each metric of one", others, "alarm_metrics"),
        Line("alarms of new versions", of_versions, "alarm_metrics"),
        Line("metrics that functions write", count_metrics(runs), "metrics"),
        Line("dashboards", len(resolver.resources("AWS::CloudWatch::Dashboard")), "dashboards"),
        Line("runs of functions", sum(run.times for run in runs), "function_requests"),
        Line("GB-seconds of functions", sum(map(Run.gb_seconds, runs)), "function_gb_seconds"),
        Line("traces", sum(run.times for run in runs), "traces"),
        Line("waits at queues", POLLS * (len(queues) - fifo), "queue_requests"),
        Line("waits at FIFO queues", POLLS * fifo, "fifo_queue_requests"),
        Line("GB of logs", sum(map(Run.log_gb, runs)), "log_gb"),
        Line("read units", sum(run.times * run.read_units for run in runs), "read_units"),
    ]


def measure() -> None:
    prices = read_prices()
    lines = list_lines(table().client)
    for line in lines:
        amount = f"{line.amount:,.2f}".removesuffix(".00")
        print_line(line.what, amount, prices.cost({line.price: line.amount}))
    print_line("in all", "", sum(prices.cost({line.price: line.amount}) for line in lines))


def run_schedules(transformed: Transformed, resolver: Resolver, client: DynamoDBClient) -> Iterator[Run]:
    functions = resolver.resources("AWS::Lambda::Function")
    logical_ids = {resolver.name(logical_id): logical_id for logical_id in functions}
    meter = Meter(client)
    for schedule in read_schedules(resolver):
        logical_id = logical_ids[schedule.function]
        folder = transformed.folders[logical_id].relative_to(ROOT / "functions")
        written = run_once(meter, str(folder), functions[logical_id])
        yield Run(
            times=MONTH / schedule.interval,
            memory_gb=functions[logical_id]["MemorySize"] / 1024,
            read_units=meter.read,
            log_bytes=len(written.encode()),
            metrics=frozenset(list_metrics(written)),
        )


def run_once(meter: Meter, operation: str, properties: Mapping[str, Any]) -> str:
    """What the function logs."""
    variables = properties["Environment"]["Variables"]
    os.environ |= {name: str(value) for name, value in variables.items() if name not in os.environ}
    handler = load_handler(operation).handler
    logged = io.StringIO()

    def run() -> None:
        with redirect_stdout(logged):
            handler({}, Context())

    meter.count(run)
    return logged.getvalue()


def list_metrics(logged: str) -> Iterator[str]:
    for line in logged.splitlines():
        for declared in json.loads(line).get("_aws", {}).get("CloudWatchMetrics", ()):
            yield from (metric["Name"] for metric in declared["Metrics"])


def count_metrics(runs: Iterable[Run]) -> int:
    return len(frozenset().union(*(run.metrics for run in runs)))


def count_alarm_metrics(transformed: Transformed, *, of_versions: bool) -> int:
    """An alarm is paid by the metrics that it looks at."""
    alarms = [
        each["Properties"]
        for each in transformed.resources.values()
        if each["Type"] == "AWS::CloudWatch::Alarm"
        and (each.get("Condition") == "ShiftsTraffic") == of_versions
    ]
    return sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms
    )


def print_line(what: str, amount: str, us_dollars: float) -> None:
    sys.stdout.write(f"{what:<40} {amount:>14} {us_dollars:>8.2f} US dollars\n")


if __name__ == "__main__":
    with empty_table():
        measure()
