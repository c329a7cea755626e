"""Who made a change, as it is stored."""

from __future__ import annotations

from typing import cast

import pytest

from parity.core.actors import MIGRATION, SCHEDULE, USAGE, Actor, ActorKind, acting_as
from parity.dynamodb.actors import actor_from_text, actor_to_text, changed_by, read_actor
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import Transaction

KEY = Actor(ActorKind.API_KEY, "sk_4fQz…9Kd2")
PERSON = Actor(ActorKind.PERSON, "Zoë van Dam <zoe@example.com>", "person_7d2c")


@pytest.mark.parametrize("actor", [KEY, PERSON, SCHEDULE, MIGRATION, USAGE])
def test_an_actor_is_read_as_it_was_stored(actor: Actor) -> None:
    assert actor_from_text(actor_to_text(actor)) == actor


@pytest.mark.parametrize("actor", [KEY, SCHEDULE, MIGRATION])
def test_an_item_is_no_larger_than_before_it_said_who_changed_it(actor: Actor) -> None:
    """The id of a write had 32 characters. An item that passes a kilobyte costs a write unit more."""
    transaction = Transaction(cast("Table", None))
    with acting_as(actor):
        ((name, text),) = changed_by().items()
    assert len(name.encode()) + len(text.encode()) + len(transaction.write_id) <= 32


def test_an_item_of_an_earlier_release_does_not_say_who_changed_it() -> None:
    assert read_actor({}) is None
