"""Bodies, texts and arrays that are too large, over every text of every body."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.support.builders.descriptions import Path
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    Refusal,
    every_field,
    spoil,
    spoil_field,
    valid_body,
    valid_content,
)

MEGABYTE = 1024 * 1024
TOO_LARGE = Refusal(413, "body_too_large")
LARGE_OPERATIONS = ("customers/create", "customers/import", "report/events", "entitlements/check_batch")
LARGE_SIZES = {"7 MB": 7 * MEGABYTE, "10 MB and a byte": 10 * MEGABYTE + 1}
LOOKED_UP = {("report/usage", "customerId"), ("report/usage", "featureId")}
"""A text that is too long to be an identifier there is one that nobody has, which is a 404."""

CHECK = {"customerId": "acme", "featureId": "exports"}
QUANTITY = {"identifier": "exports", "quantity": 1}
CONDITION = {"property": "p", "operator": "EQUALS", "value": 1}
LARGE_FIELDS: list[tuple[str, Path, str, Any]] = [
    ("entitlements/check_batch", ("checks",), "empty", []),
    ("entitlements/check_batch", ("checks",), "101 checks", [CHECK] * 101),
    ("report/events", ("events",), "empty", []),
    ("report/events", ("events",), "1,001 events", [{}] * 1001),
    ("plan_features/add", ("planEntitlements",), "empty", []),
    ("plan_features/add", ("planEntitlements",), "101 features", [{"feature": "exports"}] * 101),
    ("plan_prices/replace", ("prices",), "9 prices", valid_body("plan_prices/replace")["prices"][:1] * 9),
    ("subscriptions/create", ("features",), "101 features", [QUANTITY] * 101),
    ("overrides/set", ("usageAlerts", "thresholds"), "1,000 thresholds", list(range(1000))),
    ("features/create", ("meter", "filters"), "1,000 groups", [[CONDITION]] * 1000),
    ("customers/create", ("metadata",), "17 KB", {"note": "x" * 17_000}),
    ("customers/create", ("metadata",), "6,000 emoji", {"note": "🎉" * 6000}),
    ("customers/create", ("email",), "400 KB", "a" * 400_000 + "@b.example"),
    ("customers/create", ("name",), "1 MB", "x" * MEGABYTE),
    ("customers/create", ("customerId",), "900 KB of accents", "e\N{COMBINING ACUTE ACCENT}" * 300_000),
    ("report/event", ("properties",), "17 KB", {"note": "x" * 17_000}),
    ("report/event", ("idempotencyKey",), "1,004 bytes", "🎉" * 251),
]
"""The operation, the field, what its value is, and the value."""


def list_sizes() -> Iterator[HostileRequest]:
    for operation, path, schema in every_field():
        if "maxLength" in schema and (operation, path[-1]) not in LOOKED_UP:
            size = schema["maxLength"] + 1
            yield spoil_field(operation, path, f"{size} characters", "x" * size)
    for operation, path, what, value in LARGE_FIELDS:
        yield spoil_field(operation, path, what, value)
    for operation in LARGE_OPERATIONS:
        for fault, size_bytes in LARGE_SIZES.items():
            yield spoil(operation, fault, TOO_LARGE, content=partial(_fill, operation, size_bytes))


def _fill(operation: str, size_bytes: int) -> bytes:
    """The valid body with white space before it."""
    return valid_content(operation).rjust(size_bytes)
