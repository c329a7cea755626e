"""The index of subscribers: who has which version of a plan, and who will have it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parity.dynamodb.table import table
from parity.subscriptions.store import keys
from parity.subscriptions.store.subscriptions import SubscriptionPlace, place_of

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

BETWEEN = "subscribersPK = :version AND subscribersSK BETWEEN :first AND :last"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A live subscription to a version of a plan, or one with a change to come to that version."""

    place: SubscriptionPlace
    is_to_come: bool = False


@dataclass(frozen=True, slots=True)
class SubscriberSegment:
    """All subscribers to a version of a plan, or those in one segment of a migration."""

    plan: str
    version: int
    name: str = ""


class SubscriberIndex:
    """All reads are eventually consistent."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def list_page(
        self, segment: SubscriberSegment, after: str | None, limit: int
    ) -> tuple[list[Subscriber], str | None]:
        """Changes to come to a version of a plan, then live subscriptions to it; at most `limit` of each.

        Also returns the position of the next page, None at the end. One Query, or two where the changes end.
        """
        found: list[Subscriber] = []
        for first, last in keys.subscriber_ranges(segment.name):
            start = max(first, keys.next_position(after)) if after else first
            if start > last:
                continue
            result = self.table.query(
                BETWEEN, _values(segment, start, last), IndexName=keys.SUBSCRIBERS, Limit=limit
            )
            found += map(_subscriber, result.items)
            if result.last_key:
                return found, result.items[-1]["subscribersSK"]
        return found, None

    def count(self, segment: SubscriberSegment) -> tuple[int, int]:
        """The number of changes to come to a version of a plan, and of live subscriptions to it.

        Two requests, or more: one per megabyte of keys.
        """
        changes, live = (
            self.table.count(BETWEEN, _values(segment, first, last), IndexName=keys.SUBSCRIBERS)
            for first, last in keys.subscriber_ranges(segment.name)
        )
        return changes, live

    def count_live(self, plan: str, version: int, at_most: int) -> int:
        """The number of live subscriptions to a version of a plan, or `at_most` if there are more.

        One Query.
        """
        _, (first, last) = keys.subscriber_ranges("")
        values = _values(SubscriberSegment(plan, version), first, last)
        return len(self.table.query(BETWEEN, values, IndexName=keys.SUBSCRIBERS, Limit=at_most).items)


def _values(segment: SubscriberSegment, first: str, last: str) -> dict[str, str]:
    version = keys.plan_subscribers(segment.plan, segment.version)
    return {":version": version, ":first": first, ":last": last}


def _subscriber(item: Item) -> Subscriber:
    if keys.is_change_to_come(item):
        return Subscriber(SubscriptionPlace(*keys.changed_subscription_of(item)), is_to_come=True)
    return Subscriber(place_of(item))


@cache
def subscriber_index() -> SubscriberIndex:
    return SubscriberIndex(table())
