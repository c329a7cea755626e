"""Entitlements as checks answer them, at a moment of one's choice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parity.core.numbers import Number
from parity.core.periods import Reset
from parity.core.times import to_iso
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from tests.support.counters import counter_item, reservation_item
from tests.support.customers import answer
from tests.support.handlers import call, load

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = datetime(2026, 3, 15, 12, tzinfo=UTC)
"""When the checks of most tests are made; subscriptions began at START, 31 January 2026."""


def recomputed(customer_id: str = "acme") -> None:
    """As the stream function leaves it."""
    recompute(entitlement_store(), customer_id)


def set_clock(monkeypatch: pytest.MonkeyPatch, operation: str, moment: datetime = MOMENT) -> None:
    """The time at which the handler of an operation believes to be called."""
    monkeypatch.setattr(load(operation), "now", lambda: moment)


def use(
    table: Table,
    feature: str,
    used: Number,
    window: tuple[str, datetime] = (Reset.NEVER.value, MOMENT),
    **more: Any,  # noqa: ANN401
) -> None:
    """A counter of `acme` as usage leaves it; `window` is its kind and a moment in it."""
    kind, at = window
    put(table, counter_item("acme", feature, {kind: used}, at, **more))


def reserve(
    table: Table, feature: str, amount: int, expires: datetime, reservation_id: str = "res-1"
) -> None:
    put(table, reservation_item("acme", feature, amount, expires, reservation_id))


def put(table: Table, item: Item) -> None:
    table.client.put_item(TableName=table.name, Item=to_wire(item))


def checked(customer_id: str = "acme", feature: str = "") -> dict[str, dict[str, Any]]:
    """The entries of the client-compatible route, by feature, after a check that there is one for each."""
    query = f"customer_id={customer_id}" + (f"&feature_id={feature}" if feature else "")
    body = answer(call("entitlements/check", query=query), 200)
    assert body["customerId"] == customer_id
    return _by_feature(body)


def explained(
    customer_id: str = "acme", query: str = "", at: datetime | None = MOMENT
) -> dict[str, dict[str, Any]]:
    """The rich entries, by feature."""
    together = "&".join(filter(None, [query, f"at={to_iso(at)}" if at else ""]))
    reply = call("entitlements/list", parameters={"customerId": customer_id}, query=together)
    return _by_feature(answer(reply, 200))


def explanation(
    feature: str = "exports", customer_id: str = "acme", at: datetime | None = MOMENT, requested: int = 0
) -> dict[str, Any]:
    """The rich entry of one feature, which may be one that the customer does not have."""
    (entry,) = explained(customer_id, f"featureId={feature}&requestedUsage={requested}", at).values()
    return entry


def _by_feature(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    entries = {entry["featureId"]: entry for entry in body["entitlements"]}
    assert len(entries) == len(body["entitlements"])
    return entries
