"""How a failure is logged: one line of JSON on standard output. No other module builds one."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

from parity.aws.metrics import write_metrics
from parity.core.times import now, to_iso

if TYPE_CHECKING:
    from collections.abc import Mapping


def list_failures(error: BaseException) -> list[BaseException]:
    """The errors in an exception group and in the groups in it; the error itself if it is no group."""
    if isinstance(error, BaseExceptionGroup):
        return [failure for each in error.exceptions for failure in list_failures(each)]
    return [error]


def log_failure(message: str, error: BaseException, **ids: str | None) -> None:
    """Writes a line with the kind of the error, the frames it passed, and ids such as `customerId="acme"`.

    An exception group is logged as a line for each error in it. The error's own message is left out, because
    it may quote what a customer entered. For the same reason `ids` holds ids only: never names, emails,
    bodies or keys. Without a timestamp, Lambda would treat the line as `INFO`, and no query for `ERROR` would
    find it.
    """
    for failure in list_failures(error):
        line = {
            "level": "ERROR",
            "timestamp": to_iso(now()),
            "message": message,
            **ids,
            "error": type(failure).__name__,
            "where": traceback.format_tb(failure.__traceback__),
        }
        sys.stdout.write(json.dumps(line) + "\n")


def log_failed_request(event: Mapping[str, Any], error: BaseException) -> None:
    """Logs a failure with the gateway's id of the request, which the gateway's own log has, too.

    Lambda takes an answered 500 for a success. So it is counted in a metric of the function's version, for
    which an alarm takes a new version back (docs/decisions/0054).
    """
    log_failure("request failed", error, correlation_id=event.get("requestContext", {}).get("requestId"))
    function, version = os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    write_metrics({"RequestsFailed": 1}, function=function, version=version)
