"""Every minute: moves subscriptions that are due (docs/subscriptions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.jobs import out_of_time
from parity.core.times import now
from parity.subscriptions.api.jobs import log_failed_advance, report_advance
from parity.subscriptions.service.transitions import advance_due
from parity.subscriptions.store.subscriptions import subscription_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Reports a success only when everything due was looked at and moved: an alarm waits for it."""
    done = advance_due(subscription_store(), now(), out_of_time(context), log_failed_advance)
    return report_advance(done)
