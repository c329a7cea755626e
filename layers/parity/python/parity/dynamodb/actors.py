"""Who made a change, as the attribute `by` of the item that was changed.

It is as short as it can be: an item that passes a kilobyte costs a write unit more, and as much for each
index that it is in (docs/decisions/0056).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.actors import Actor, ActorKind, current_actor

if TYPE_CHECKING:
    from parity.dynamodb.items import Item

OURSELVES = {ActorKind.SCHEDULE, ActorKind.MIGRATION, ActorKind.USAGE}
"""Actors without a name: the text is their kind."""


def changed_by() -> Item:
    """The attribute that says who acts now, for the item that a store writes."""
    actor = current_actor()
    return {"by": actor_to_text(actor) if actor else None}


def actor_to_text(actor: Actor) -> str:
    """Of a key its name, such as `sk_4fQz…9Kd2`; of a person the id and the name."""
    match actor.kind:
        case ActorKind.PERSON:
            return f"{actor.id} {actor.name}"
        case ActorKind.API_KEY:
            return f"{actor.name}"
    return actor.kind.value


def actor_from_text(text: str) -> Actor:
    if text in OURSELVES:
        return Actor(ActorKind(text))
    start, _, name = text.partition(" ")
    return Actor(ActorKind.PERSON, name, start) if name else Actor(ActorKind.API_KEY, start)


def read_actor(item: Item) -> Actor | None:
    """Who changed the item last; None if an earlier release did, which did not keep it."""
    text = item.get("by")
    return actor_from_text(text) if text else None
