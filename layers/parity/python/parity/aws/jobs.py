"""What scheduled functions tell: metrics for alarms, and a line for each failure."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext


ANSWER_MILLISECONDS = 5000
NAMESPACE = "Parity"


def out_of_time(context: LambdaContext) -> Callable[[], bool]:
    return lambda: context.get_remaining_time_in_millis() < ANSWER_MILLISECONDS


def embedded_metrics(metrics: dict[str, int]) -> dict[str, Any]:
    """CloudWatch's embedded metric format: a log line that becomes metrics."""
    names = [{"Name": name, "Unit": "Count"} for name in metrics]
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["service"]], "Metrics": names}],
        },
        "service": "parity",
        **metrics,
    }


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
