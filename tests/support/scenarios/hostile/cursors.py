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
)

REFUSED = Refusal(400, "invalid_cursor", None)
LISTS = [operation for operation in ROUTES if "cursor" in parameters_in("query", operation)]


def list_cursors() -> Iterator[HostileRequest]:
    for operation in LISTS:
        scope = f"{ROUTES[operation][1]}?status=active"
        right = encode_cursor(">", "hostile", scope)
        wrong = {
            "without a position": encode_cursor(">", "", scope),
            "without a direction": encode_cursor("", "hostile", scope),
            "of an unknown direction": encode_cursor("=", "hostile", scope),
            "with a position of 1,025 bytes": encode_cursor(">", "x" * 1025, scope),
            "of another list": encode_cursor(">", "hostile", "/api/v1/api-keys?status=active"),
            "of other filters": encode_cursor(">", "hostile", f"{ROUTES[operation][1]}?status=all"),
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


def _with_query(operation: str, fault: str, refusal: Refusal, query: str) -> HostileRequest:
    return spoil(operation, fault, refusal, target=f"{ROUTES[operation][1]}?status=active&{query}")
