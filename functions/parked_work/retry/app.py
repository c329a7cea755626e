"""Every minute: tries again what the stream functions could not do for single customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.jobs import out_of_time
from parity.core.times import now
from parity.usage.api.parked_work import make_retries, report_retries

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Reports how much is still parked: an alarm waits for that to be 0."""
    return report_retries(make_retries(now).retry_due(now(), out_of_time(context)))
