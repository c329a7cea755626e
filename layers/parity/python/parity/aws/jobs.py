"""Scheduled functions: when to stop, and the metrics that alarms wait for."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext


ANSWER_MILLISECONDS = 5000
NAMESPACE = "Parity"


def out_of_time(context: LambdaContext) -> Callable[[], bool]:
    """A function that says whether less than five seconds are left of the run."""
    return lambda: context.get_remaining_time_in_millis() < ANSWER_MILLISECONDS


def write_metrics(metrics: dict[str, int]) -> None:
    """Writes a log line in CloudWatch's embedded metric format, from which CloudWatch makes metrics.

    The stack's name is their dimension, so that no stack's metrics keep the alarms of another one quiet
    (docs/decisions/0048).
    """
    names = [{"Name": name, "Unit": "Count"} for name in metrics]
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["stack"]], "Metrics": names}],
        },
        "stack": os.environ["STACK_NAME"],
        **metrics,
    }
    sys.stdout.write(json.dumps(line) + "\n")
