"""Records of the stream as writes of items: the same record gives the same write."""

from __future__ import annotations

from typing import Any

import pytest

from parity.activity.rules.changes import ItemWrite
from parity.activity.store.stream_records import read_item_write
from parity.core.actors import SCHEDULE, Actor, ActorKind
from parity.core.times import to_iso
from parity.dynamodb.items import to_wire
from parity.entitlements.rules.overrides import Override
from parity.entitlements.store.overrides import override_from_item
from tests.support.builders.moments import MOMENT

KEY = Actor(ActorKind.API_KEY, "sk_4fQz…9Kd2")
GRANT = {
    "PK": "CUSTOMER#acme",
    "SK": "GRANT#exports#1f0c",
    "kind": "grant",
    "feature": "exports",
    "featureType": "METER",
    "grantedValue": 10,
    "unlimited": False,
    "hardLimit": True,
    "resetTime": "BEGINNING_OF_PERIOD",
    "version": 1,
    "number": "1f0c",
    "createdOn": to_iso(MOMENT),
    "modifiedOn": to_iso(MOMENT),
    "writeId": "w-1",
    "by": "sk_4fQz…9Kd2",
}
MARK = {
    "PK": "CUSTOMER#acme",
    "SK": "GRANT#exports#1f0c",
    "removedOn": to_iso(MOMENT),
    "writeId": "w-2",
    "by": "schedule",
}
ALERT = {
    "PK": "USAGE#acme#exports",
    "SK": "ALERT#2026-04-01T00:00:00.000000#EVERY_MONTH#PERCENTAGE_80",
    "thresholdType": "PERCENTAGE",
    "thresholdValue": 80,
    "kind": "EVERY_MONTH",
    "start": to_iso(MOMENT),
    "usageLimit": 100,
    "currentUsage": 81,
    "published": False,
    "createdOn": to_iso(MOMENT),
}


def make_record(new: dict[str, Any] | None, old: dict[str, Any] | None = None) -> dict[str, Any]:
    images = {"NewImage": new, "OldImage": old}
    return {"dynamodb": {name: to_wire(image) for name, image in images.items() if image}}


def read(new: dict[str, Any], old: dict[str, Any] | None = None) -> ItemWrite:
    write = read_item_write(make_record(new, old))
    assert write
    return write


def test_a_record_says_what_was_written_when_and_by_whom() -> None:
    write = read(GRANT)
    assert write.new == override_from_item(GRANT)
    assert (write.old, write.customer_id, write.at, write.by) == (None, "acme", MOMENT, KEY)


def test_the_mark_of_a_removal_says_who_removed_what_the_item_before_says() -> None:
    write = read(MARK, GRANT)
    assert isinstance(write.old, Override)
    assert (write.new, write.at, write.by) == (None, MOMENT, SCHEDULE)


def test_what_is_set_again_has_nothing_before() -> None:
    assert read(GRANT, MARK).old is None


def test_the_id_is_of_the_write() -> None:
    again = GRANT | {"writeId": "w-3"}
    assert read(GRANT).id == read(GRANT).id
    assert len({read(GRANT).id, read(MARK, GRANT).id, read(again, MARK).id}) == 3


@pytest.mark.parametrize(
    "record",
    [
        make_record(None, GRANT),
        make_record(ALERT | {"published": True}, ALERT),
        make_record({"PK": "CUSTOMER#acme", "SK": "ENTITLEMENTS"}),
        make_record({"PK": "USAGE#acme#exports", "SK": "HOUR#2026-03-15T12"}),
    ],
)
def test_other_records_are_no_news(record: dict[str, Any]) -> None:
    assert read_item_write(record) is None
