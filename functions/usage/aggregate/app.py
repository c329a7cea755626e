"""Every five minutes: closes hours of usage and releases expired reservations (docs/usage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.jobs import out_of_time
from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.metering.api.stores import counting_stores
from parity.metering.service.due_hours import close_due_hours
from parity.usage.api.jobs import log_failed_aggregation, log_failed_release, report_aggregation
from parity.usage.service.expired_reservations import release_expired
from parity.usage.store.reservations import reservation_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Reports a success only when everything due was looked at and closed: an alarm waits for it."""
    moment, late = now(), out_of_time(context)
    release_expired(reservation_store(), moment, late, log_failed_release)
    return report_aggregation(
        close_due_hours(counting_stores(), feature_store(), moment, late, log_failed_aggregation)
    )
