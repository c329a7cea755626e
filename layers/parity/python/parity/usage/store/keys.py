"""Keys of windows that have ended, resets and alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.customers.store.keys import customer
from parity.dynamodb.keys import FAR_FUTURE, Key
from parity.entitlements.store.keys import RESERVATION

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.keys import Key

USAGE_ALERTS = "ALERT#"
REPEATED_USAGE_ALERTS = "ALERT_AGAIN#"
USAGE_RESETS = "RESET#"
"""What the sort keys of a customer's usage start with."""


def reservation(customer_id: str, feature: str, id: str) -> Key:  # noqa: A002
    """Usage that is reserved for a while; sorts behind the snapshot, too."""
    return {**customer(customer_id), "SK": f"{RESERVATION}{feature}#{id}"}


def reservations(customer_id: str) -> Key:
    """What the keys of a customer's reservations start with."""
    return {**customer(customer_id), "SK": RESERVATION}


def usage_periods(kind: str) -> str:
    """Windows of a kind that have ended."""
    return f"PERIOD#{kind}#"


def usage_period(kind: str, start: datetime) -> str:
    return f"{usage_periods(kind)}{start:%Y-%m-%dT%H:%M:%S.%f}"


def usage_reset(moment: datetime) -> str:
    return f"{USAGE_RESETS}{moment:%Y-%m-%dT%H:%M:%S.%f}"


def usage_alert(end: datetime | None, kind: str = "", threshold: str = "") -> str:
    """A threshold that was reached in a window. Sorts by the window's end, so that open windows are last."""
    return f"{USAGE_ALERTS}{end or FAR_FUTURE:%Y-%m-%dT%H:%M:%S.%f}#{kind}#{threshold}"


def repeated_usage_alert(moment: datetime, version: int, kind: str = "", threshold: str = "") -> str:
    """A threshold that a version of the counter reached again in a window. Sorts by when that was."""
    return f"{REPEATED_USAGE_ALERTS}{moment:%Y-%m-%dT%H:%M:%S.%f}#{version:016}#{kind}#{threshold}"


def listed_alerts(customer_id: str) -> str:
    """A customer's usage alerts by when they were recorded."""
    return f"ALERTS#{customer_id}"


def alert_listing(month: str) -> str:
    """Usage alerts of all customers that were recorded in a month (`yyyy-mm`)."""
    return f"ALERTS#{month}"


def alert_month(month: str) -> Key:
    return {"PK": "COUNTS#ALERTS", "SK": f"MONTH#{month}"}


def due_reservations_partition(shard: int) -> str:
    """Reservations by when they expire."""
    return f"DUE_RESERVATIONS#{shard:02}"
