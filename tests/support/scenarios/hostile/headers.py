"""Headers: keys, Idempotency-Key and If-Match, over every operation that takes them, and broken ones."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.builders.descriptions import parameters_in
from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.hostile.hostile_request import TYPE, HostileRequest, Refusal, invalid, spoil

KEY, MATCH = "Idempotency-Key", "If-Match"
UNAUTHORIZED = Refusal(401, "unauthorized")
BAD_REQUEST = Refusal(400, "bad_request")
WRONG_KEYS = {
    "nothing": "",
    "no scheme": "sk_0000000000000000000000000000000000000000",
    "another scheme": "Basic c2tfOg==",
    "only a scheme": "Bearer",
    "an unknown key": "Bearer sk_0000000000000000000000000000000000000000",
    "an unknown kind": "Bearer zk_0000000000000000000000000000000000000000",
    "a key and more": "Bearer sk_0000000000000000000000000000000000000000, Bearer x",
    "9,000 characters": f"Bearer sk_{'0' * 9000}",
    "a wildcard": "Bearer sk_*",
    "a key of the table": "Bearer API_KEYS",
    "no algorithm": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
    "an AWS signature": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261129/eu-west-1/execute-api/x",
    "an empty token": "Bearer ct_",
}
WRONG_TAGS = [
    "",
    '""',
    '"1',
    '"x"',
    '"-1"',
    '"1.0"',
    "'1'",
    "W/1",
    '"1" "2"',
    '"1",',
    f'"{"1" * 19}"',
    "**",
    '"1"; "2"',
    "null",
]


def list_headers() -> Iterator[HostileRequest]:
    for operation in ROUTES:
        if KEY in parameters_in("header", operation):
            yield _with_header(operation, KEY, "256 characters", "k" * 256, invalid(KEY))
        if MATCH in parameters_in("header", operation):
            yield _with_header(operation, MATCH, "a number without quotes", "1", invalid(MATCH))
    for tag in WRONG_TAGS:
        yield _with_header("customers/update", MATCH, repr(tag), tag, invalid(MATCH))
    for operation in ("customers/create", "report/usage"):
        yield _with_header(operation, KEY, "nothing", "", invalid(KEY))
        yield _with_header(operation, KEY, "a tab", "a\tb", invalid(KEY))
        yield _with_header(operation, KEY, "beyond ASCII", "ключ", BAD_REQUEST)
        for fault, value in WRONG_KEYS.items():
            yield _with_header(operation, "Authorization", fault, value, UNAUTHORIZED)
    yield _with_header("customers/create", "X-Filler", "11,000 characters", "x" * 11_000, BAD_REQUEST)
    yield _with_header("customers/create", "Cookie", "not UTF-8", "\udcff", BAD_REQUEST)


def _with_header(operation: str, name: str, fault: str, value: str, refusal: Refusal) -> HostileRequest:
    return spoil(operation, f"{name} is {fault}", refusal, headers=(TYPE, (name, value)))
