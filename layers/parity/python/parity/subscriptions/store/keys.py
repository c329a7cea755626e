"""Keys of subscriptions, and their places in three indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.customers.store.keys import customer, customer_of
from parity.dynamodb.keys import LAST_POSITION
from parity.entitlements.store.keys import SUBSCRIPTION

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key

SUBSCRIBERS = "subscribers"

SUBSCRIPTIONS, ENDED_SUBSCRIPTIONS = "SUBSCRIPTIONS", "ENDED_SUBSCRIPTIONS"
"""Lists by creation. Records of replaced terms are with the subscriptions that have ended."""

PENDING, UNPAID = "PENDING", "UNPAID"
"""The kinds of changes to come."""


def subscription(customer_id: str, subscription_id: str) -> Key:
    return {**customer(customer_id), "SK": f"{SUBSCRIPTION}{subscription_id}"}


def superseded_terms_of(customer_id: str) -> str:
    """A customer's records of replaced terms. Whoever computes entitlements need not read them."""
    return f"CUSTOMER#{customer_id}#HISTORY"


def superseded_terms(customer_id: str, record_id: str) -> Key:
    return {"PK": superseded_terms_of(customer_id), "SK": f"SUPERSEDED#{record_id}"}


def change_to_come(customer_id: str, subscription_id: str, kind: str) -> Key:
    """A pending or an unpaid change of a subscription: its place in the index of subscribers."""
    return {"PK": f"CUSTOMER#{customer_id}#CHANGES", "SK": f"{kind}#{subscription_id}"}


def subscription_pointer(subscription_id: str) -> Key:
    """Names the customer of a subscription, or of a record of replaced terms."""
    return {"PK": f"SUBSCRIPTION#{subscription_id}", "SK": "POINTER"}


def subscription_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the subscription's id."""
    return customer_of(key["PK"]), key["SK"].removeprefix(SUBSCRIPTION)


def subscription_months() -> str:
    """Marks of months for which an earlier release had partitions."""
    return "COUNTS#SUBSCRIPTIONS"


def plan_subscribers(plan: str, version: int) -> str:
    """Live subscriptions to one version of a plan, and changes to come to it."""
    return f"PLAN#{plan}#v{version}"


def change_position(subscription_id: str = "", kind: str = "") -> str:
    """Before every live subscription: what a change turns into a subscriber is then still ahead."""
    return f"#{subscription_id}#{kind}" if subscription_id else "#"


def live_position() -> str:
    """After every change to come, and before every live subscription."""
    return "$"


def subscriber_ranges(segment: str) -> list[tuple[str, str]]:
    """The first and the last position of a segment's changes to come, and of its live subscriptions.

    A segment is the hexadecimal digit that ids begin with. Other ids are in one of the segments, too; the
    segment "" has all.
    """
    first = "" if segment in {"", "0"} else segment
    following = "" if segment in {"", "f"} else f"{int(segment, 16) + 1:x}"
    return [
        (f"#{first}", f"#{following}" if following else live_position()),
        (first or live_position(), following or LAST_POSITION),
    ]


def next_position(position: str) -> str:
    """Right behind a position: no id has a character before the space."""
    return f"{position} "


def is_change_to_come(key: Key) -> bool:
    return key["PK"].endswith("#CHANGES")


def changed_subscription_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the subscription's id of a change to come."""
    return customer_of(key["PK"]).removesuffix("#CHANGES"), key["SK"].partition("#")[2]


def due_partition(shard: int) -> str:
    """Subscriptions by when their next transition is due."""
    return f"DUE#{shard:02}"
