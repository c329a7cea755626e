"""Entitlements as JSON: the entries of client libraries, and rich ones (docs/contract.md, "Entitlements").

T4, T6 and so on are the numbers in docs/contract.md, "Traps".
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.feature_types import FeatureType
from parity.core.times import to_iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.evaluation import Entitlement
    from parity.entitlements.rules.sources import Source


def format_entry(entitlement: Entitlement) -> dict[str, Any]:
    """The entry of the client-compatible route.

    Unlimited usage is a null limit that is not hard (T6). Any other meter has all three numbers (T7). They
    are whole (T10): usage is rounded up, and the remaining amount down. Of 10 with 0.5 used, 9 remain.
    """
    window = entitlement.window
    return {
        "featureId": entitlement.feature,
        "hasAccess": entitlement.has_access,
        "featureType": entitlement.feature_type,
        "resetAt": f"{window.end:%Y-%m-%d %H:%M:%S}" if window and window.end else None,
        **_whole_numbers(entitlement),
    }


def _whole_numbers(entitlement: Entitlement) -> dict[str, Any]:
    if entitlement.feature_type is FeatureType.METER:
        return {
            "hardLimit": entitlement.hard_limit,
            "usageLimit": entitlement.value,
            "currentUsage": ceil(entitlement.used),
            "remaining": None if entitlement.remaining is None else floor(entitlement.remaining),
        }
    value = entitlement.value if entitlement.feature_type is FeatureType.CUSTOMIZABLE else None
    return {"hardLimit": None, "usageLimit": value, "currentUsage": None, "remaining": None}


def format_entries(customer_id: str, entitlements: Iterable[Entitlement]) -> dict[str, Any]:
    """The answer of the client-compatible route: one entry per feature that the customer has (T8).

    Libraries ignore `hasAccess` of meters (T4), so features without a source are left out.
    """
    entries = [format_entry(entitlement) for entitlement in entitlements if entitlement.sources]
    return {"customerId": customer_id, "entitlements": entries}


def format_rich_entry(entitlement: Entitlement) -> dict[str, Any]:
    """The entry, with exact numbers, sources, times and the reason of a denial."""
    window = entitlement.window
    return format_entry(entitlement) | {
        **_exact_numbers(entitlement),
        "unlimited": entitlement.unlimited,
        "value": entitlement.value,
        "accessDeniedReason": entitlement.reason,
        "validFrom": _iso(min((source.valid_from for source in entitlement.sources), default=None)),
        "validUntil": _iso(_valid_until(entitlement)),
        "usagePeriodStart": _iso(window.start if window and window.end else None),
        "usagePeriodEnd": _iso(window.end if window else None),
        "sources": [_format_source(source) for source in entitlement.sources],
    }


def _exact_numbers(entitlement: Entitlement) -> dict[str, Any]:
    if entitlement.feature_type is not FeatureType.METER:
        return {"reserved": None, "rolledOver": None}
    return {
        "currentUsage": to_json_number(entitlement.used),
        "remaining": None if entitlement.remaining is None else to_json_number(entitlement.remaining),
        "reserved": entitlement.held,
        "rolledOver": entitlement.carried,
    }


def to_json_number(number: Number) -> int | float:
    """The number for JSON: Decimal 0.1 is written as 0.1."""
    return number if isinstance(number, int) else float(number)


def format_rich_entries(
    customer_id: str, at: datetime, entitlements: Iterable[Entitlement]
) -> dict[str, Any]:
    return {
        "customerId": customer_id,
        "asOf": to_iso(at),
        "entitlements": [format_rich_entry(entitlement) for entitlement in entitlements],
    }


def _valid_until(entitlement: Entitlement) -> datetime | None:
    """When the last of the sources ends; None if one of them never ends."""
    ends = [source.valid_until for source in entitlement.sources]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _format_source(source: Source) -> dict[str, Any]:
    return {
        "type": source.kind,
        "id": source.id,
        "planIdentifier": source.plan,
        "planVersion": source.plan_version,
        "value": source.value,
        "unlimited": source.unlimited,
        "hardLimit": source.hard_limit,
        "reset": source.reset,
        "validFrom": to_iso(source.valid_from),
        "validUntil": _iso(source.valid_until),
    }


def _iso(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
