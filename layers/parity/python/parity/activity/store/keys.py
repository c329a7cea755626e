"""Keys of entries of activity."""

from __future__ import annotations


def activity(customer_id: str) -> str:
    """What happened to a customer."""
    return f"ACTIVITY#{customer_id}"


def activity_position(occurred_on: str, id: str) -> str:  # noqa: A002
    """Sorts by time; the id breaks ties."""
    return f"{occurred_on}#{id}"
