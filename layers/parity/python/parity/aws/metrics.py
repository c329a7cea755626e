"""Metrics that CloudWatch makes of log lines, and that alarms watch."""

from __future__ import annotations

import json
import os
import sys
import time

NAMESPACE = "Parity"


def write_metrics(metrics: dict[str, int], **dimensions: str) -> None:
    """Writes a log line in CloudWatch's embedded metric format, from which CloudWatch makes metrics.

    The stack's name is their one dimension unless others are given, so that no stack's metrics keep the
    alarms of another one quiet (docs/decisions/0048).
    """
    dimensions = dimensions or {"stack": os.environ["STACK_NAME"]}
    names = [{"Name": name, "Unit": "Count"} for name in metrics]
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [list(dimensions)], "Metrics": names}
            ],
        },
        **dimensions,
        **metrics,
    }
    sys.stdout.write(json.dumps(line) + "\n")
