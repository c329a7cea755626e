"""Questions about subscriptions over HTTP."""

from __future__ import annotations

from typing import Any

import httpx


def get_subscription(client: httpx.Client, subscription_id: str) -> dict[str, Any]:
    answer = client.get(f"/subscriptions/{subscription_id}/")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def list_subscriptions(client: httpx.Client, **query: str | int) -> list[str]:
    """The ids on the first page, newest first."""
    return [row["id"] for row in client.get("/subscriptions/", params=query).json()["results"]]


def count_live_subscriptions(client: httpx.Client, customer_id: str) -> int:
    """The count that the customer carries."""
    count: int = client.get(f"/customers/{customer_id}/").json()["subscriptions"]
    return count
