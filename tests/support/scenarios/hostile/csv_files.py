"""Files of an import that are not the CSV that it takes, and rows in them that are wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.scenarios.hostile.hostile_request import HostileRequest, Refusal, invalid, spoil

REFUSED = Refusal(400, "invalid_csv", "#")
FILES: dict[str, bytes] = {
    "nothing but a line break": b"\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "no title line": b"Acme,acme@example.com\n",
    "no column name or identifier": b"email,country\na@b.example,Chile\n",
    "a title line of 400 KB": b"x" * 400_000 + b"\na\n",
    "10,000 columns": b",".join(b"c%d" % number for number in range(10_000)) + b"\n",
    "a title twice": b"name,name\na,b\n",
    "a title in two spellings": b"name,billing_id,billingId\na,b,c\n",
    "two titles for the identifier": b"customer_id,identifier\na,b\n",
    "a title twice in the metadata": b"name,country,country\na,b,c\n",
    "a column without a title": b"name,,country\na,b,c\n",
    "a quote that never ends": b'name\n"Acme\n',
    "a quote within a cell": b'name\n"Ac"me\n',
    "a cell of 200 KB": b"name\n" + b"x" * 200_000 + b"\n",
    "JSON": b'[{"name": "Acme"}]',
    "columns with bars between": b"name|email\nAcme|a@b.example\n",
}
ROWS: dict[str, tuple[bytes, str]] = {
    "a cell beyond the last title": (b"name\nAcme,more\n", "#/column 2"),
    "neither a name nor an identifier": (b"name,country\n,Chile\n", "#/name"),
    "a wrong email": (b"name,email\nAcme,acme\n", "#/email"),
    "an email of 400 KB in many cells": (b"name,email\nAcme," + b"a" * 100_000 + b"@b.example\n", "#/email"),
    "an identifier that is a path": (b"identifier\n../api-keys\n", "#/customerId"),
    "an identifier with a meaning": (b"identifier\nimport\n", "#/customerId"),
    "a name of 256 characters": (b"name\n" + b"x" * 256 + b"\n", "#/name"),
    "a control character": (b"name\nAc\x07me\n", "#/name"),
    "a byte of zero": (b"name\nAc\x00me\n", "#/name"),
    "metadata of 17 KB": (b"name,note\nAcme," + b"x" * 17_000 + b"\n", "#/metadata"),
    "a line break in a name": (b'name\n"Ac\nme"\n', "#/name"),
    "a billing id of 256 characters": (b"name,billingId\nAcme," + b"x" * 256 + b"\n", "#/billingId"),
}
"""The file and the field that its only row is rejected for."""

ENCODINGS: dict[str, bytes] = {
    "Latin-1": "name\nUniversité\n".encode("latin-1"),
    "UTF-16": "name\nAcme\n".encode("utf-16"),
    "a surrogate as UTF-8": b"name\n\xed\xa0\x80\n",
}


def list_csv_files() -> Iterator[HostileRequest]:
    for fault, content in FILES.items():
        yield _with_file(fault, REFUSED, content)
    for fault, content in ENCODINGS.items():
        yield _with_file(fault, Refusal(400, "invalid_encoding", "#"), content)
    for fault, (content, field) in ROWS.items():
        yield _with_file(fault, Refusal(200, "invalid_request", field), content)
    yield _with_file("titles without a row", invalid("#"), b"name,email\n")
    yield _with_file("rows of empty cells", invalid("#"), b"name,email\n,\n,\n")
    yield _with_file("10,001 rows", invalid("#"), b"name\n" + b"Acme\n" * 10_001)


def _with_file(fault: str, refusal: Refusal, content: bytes) -> HostileRequest:
    return spoil(
        "customers/import",
        f"a file with {fault}",
        refusal,
        headers=(("Content-Type", "text/csv"),),
        content=content,
    )
