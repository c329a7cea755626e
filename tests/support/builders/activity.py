"""The activity of a customer as the handler lists it, and what is stored of it."""

from __future__ import annotations

from typing import Any

from parity.activity.store import keys
from parity.activity.store.entries import entry_store
from parity.dynamodb.items import Item
from tests.support.answers import expect
from tests.support.fakes.functions import Reply, call

Entry = dict[str, Any]


def send_activity(query: str = "", customer_id: str = "acme") -> Reply:
    return call("activity/list", parameters={"customerId": customer_id}, query=query)


def list_activity(query: str = "", customer_id: str = "acme") -> list[Entry]:
    """The first page, newest first."""
    entries: list[Entry] = expect(send_activity(query, customer_id), 200)["results"]
    return entries


def list_kinds(query: str = "", customer_id: str = "acme") -> list[str]:
    return [entry["kind"] for entry in list_activity(query, customer_id)]


def changes_of(entry: Entry) -> dict[str, tuple[Any, Any]]:
    """Old and new values by attribute."""
    return {change["attribute"]: (change["old"], change["new"]) for change in entry["changes"]}


def scan_entries(customer_id: str = "acme") -> list[Item]:
    """The stored entries, oldest first."""
    return entry_store().table.query_all(
        "PK = :activity", {":activity": keys.activity(customer_id)}, ConsistentRead=True
    )
