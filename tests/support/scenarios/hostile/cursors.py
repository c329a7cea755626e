"""Cursors that a list did not give, over every list."""

from __future__ import annotations

from collections.abc import Iterator

from parity.http.paging import encode_cursor
from tests.support.builders.descriptions import parameters_in
from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    Refusal,
    invalid,
    spoil,
    valid_path,
)

REFUSED = Refusal(400, "invalid_cursor", None)
FILTERS = {
    "alerts/list": ("customerId=hostile", "customerId=other"),
    "activity/list": ("kind=customer.created", "kind=customer.updated"),
    "webhook_logs/list": ("isSuccess=true", "isSuccess=false"),
}
"""The filter of a request, and another one. Other lists have a status."""

LISTS = [operation for operation in ROUTES if "cursor" in parameters_in("query", operation)]


def list_cursors() -> Iterator[HostileRequest]:
    for operation in LISTS:
        path, (chosen, other) = valid_path(operation), _filters_of(operation)
        scope = f"{path}?{chosen}"
        right = encode_cursor(">", "hostile", scope)
        wrong = {
            "without a position": encode_cursor(">", "", scope),
            "without a direction": encode_cursor("", "hostile", scope),
            "of an unknown direction": encode_cursor("=", "hostile", scope),
            "with a position of 1,025 bytes": encode_cursor(">", "x" * 1025, scope),
            "of another list": encode_cursor(">", "hostile", "/api/v1/api-keys?status=active"),
            "of other filters": encode_cursor(">", "hostile", f"{path}?{other}"),
            "changed": right[:-2] + ("A" if right[-2] != "A" else "B") + right[-1],
            "cut off": right[:-1],
            "longer": f"{right}A",
            "padded": f"{right}%3D",
            "a key of the table": "CUSTOMER%23acme",
            "JSON": "%7B%22PK%22%3A%22CUSTOMERS%22%7D",
            "a byte of zero": "%00",
            "not ASCII": "%F0%9F%8E%89",
            "6,000 characters": "A" * 6000,
        }
        for fault, cursor in wrong.items():
            yield _with_query(operation, f"a cursor {fault}", REFUSED, f"cursor={cursor}")
        yield _with_query(operation, "a cursor beside a page", invalid("page"), f"cursor={right}&page=1")


def _filters_of(operation: str) -> tuple[str, str]:
    return FILTERS.get(operation, ("status=active", "status=all"))


def _with_query(operation: str, fault: str, refusal: Refusal, query: str) -> HostileRequest:
    chosen, _ = _filters_of(operation)
    return spoil(operation, fault, refusal, target=f"{valid_path(operation)}?{chosen}&{query}")
