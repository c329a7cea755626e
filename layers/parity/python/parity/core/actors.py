"""Who makes a change: a caller with an API key, a person who is signed in, or Parity itself."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class ActorKind(StrEnum):
    API_KEY = "api_key"
    PERSON = "person"
    SCHEDULE = "schedule"
    MIGRATION = "migration"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is what people know the actor by.

    - API_KEY: the key's first and last characters, such as `sk_4fQz…9Kd2`.
    - PERSON: a name or an email; `id` is of the person's account.
    - MIGRATION: subscribers were moved to a version of their plan that was published.
    - SCHEDULE and USAGE: time passed, or usage reached a threshold.
    """

    kind: ActorKind
    name: str | None = None
    id: str | None = None


SCHEDULE = Actor(ActorKind.SCHEDULE)
MIGRATION = Actor(ActorKind.MIGRATION)
USAGE = Actor(ActorKind.USAGE)


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Whoever makes the changes within the block (docs/decisions/0056)."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def current_actor() -> Actor | None:
    """None where nobody has said who acts."""
    return _current.get()


def keep_actor(work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The work, done as the present actor: the threads of a pool do not know who started it."""
    context = copy_context()
    return lambda *args, **named: context.copy().run(work, *args, **named)
