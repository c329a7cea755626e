"""Records of the stream: whom they are about, and the items in them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from parity.dynamodb.items import pack_text, unpack_text
from parity.dynamodb.stream_records import first_numbers, group_by_customer, read_image

LONG = "Long terms of a plan. " * 100


def make_record(partition: str, number: int = 1) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"PK": {"S": partition}}, "SequenceNumber": str(number)}}


@pytest.mark.parametrize(
    "encode", [base64.b64encode, bytes], ids=["as Lambda delivers", "as the stream has it"]
)
def test_an_image_has_bytes_however_it_was_read(encode: Any) -> None:  # noqa: ANN401
    packed = encode(pack_text(LONG))
    binary = packed.decode() if encode is base64.b64encode else packed
    record = {"dynamodb": {"NewImage": {"terms": {"B": binary}, "version": {"N": "2"}}}}
    image = read_image(record, "NewImage")
    assert image
    assert (unpack_text(image["terms"]), image["version"]) == (LONG, 2)
    assert read_image(record, "OldImage") is None


def test_records_are_grouped_by_customer_in_their_order() -> None:
    records = [
        make_record("CUSTOMER#acme", 1),
        make_record("CUSTOMER#beta", 2),
        make_record("USAGE#acme#exports", 3),
        make_record("EVENTS#acme#2026-03-15T12", 4),
    ]
    found = group_by_customer(records)
    assert {
        name: [int(each["dynamodb"]["SequenceNumber"]) for each in rows] for name, rows in found.items()
    } == {
        "acme": [1, 3, 4],
        "beta": [2],
    }
    assert first_numbers(found) == {"acme": "1", "beta": "2"}
