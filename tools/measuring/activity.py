"""What a change costs with and without saying who made it, what telling costs, and a page of activity.

Without is as it was before: with ids of writes that were longer by what says who made a change.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch
from uuid import uuid4

from parity.activity.service.telling import TellingStores, tell_records
from parity.activity.store.entries import entry_store
from parity.customers.store.customers import customer_store
from parity.dynamodb import transactions
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import table
from parity.entitlements.store.overrides import override_store
from parity.usage.store.reports import once_table
from tests.support.answers import expect
from tests.support.builders.catalog import create_feature, sell_plan
from tests.support.builders.moments import DAY
from tests.support.fakes.event_sources import Record, make_record, select_records
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items
from tools.measuring.units import Meter, empty_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from parity.aws.event_bus import EventBus

    Items = dict[tuple[str, str], dict[str, Any]]

RENAMES = 120
UNKNOWN = {"principalId": "unknown"}
KNOWN = {
    "principalId": "key_0123456789abcdef",
    "keyId": "key_0123456789abcdef",
    "keyKind": "sk",
    "name": "sk_4fQz%E2%80%A69Kd2",
}
"""Callers as the authorizer describes them: one of whom nothing is known, and one with a key."""


class SilentBus:
    """Takes what is published. Its price is EventBridge's, by the event."""

    def publish(self, events: Iterable[object]) -> None:
        list(events)


class Customer:
    """A customer whose changes are measured; `caller` makes them."""

    def __init__(self, customer_id: str, caller: dict[str, str]) -> None:
        self.path = {"customerId": customer_id}
        self.caller = caller
        self.made: dict[str, str] = {}

    def ask(self, operation: str, body: object = None, **path: str) -> dict[str, Any]:
        reply = call(operation, parameters=self.path | path, body=body, caller=self.caller)
        if reply.status not in range(200, 300):
            sys.exit(f"{operation}: {reply.text}")
        answer: dict[str, Any] = reply.body or {}
        return answer

    def subscribe(self) -> None:
        body = {"customer_id": self.path["customerId"], "plan_identifier": "pro", "charge_period": "MONTHLY"}
        reply = call("subscriptions/create", body=body, caller=self.caller)
        self.made["subscriptionId"] = expect(reply, 201)["id"]

    def act_on_subscription(self, verb: str, body: object) -> None:
        path = {"subscriptionId": self.made["subscriptionId"]}
        expect(call(f"subscriptions/{verb}", parameters=path, body=body, caller=self.caller), 200)

    def grant(self) -> None:
        self.made["grantId"] = self.ask("grants/create", {"featureId": "exports", "value": 5})["grantId"]


CHANGES: dict[str, Callable[[Customer], object]] = {
    "rename": lambda customer: customer.ask("customers/update", {"name": "Another name"}),
    "set an override": lambda customer: customer.ask("overrides/set", {"value": 5}, feature="exports"),
    "remove the override": lambda customer: customer.ask("overrides/remove", feature="exports"),
    "add a grant": Customer.grant,
    "remove the grant": lambda customer: customer.ask("grants/remove", grantId=customer.made["grantId"]),
    "create a subscription": Customer.subscribe,
    "cancel it at the period's end": lambda customer: customer.act_on_subscription(
        "cancel", {"cancellation_type": "CURRENT_PERIOD_ENDS"}
    ),
    "take that back": lambda customer: customer.act_on_subscription("undo", None),
    "report a failed payment": lambda customer: customer.act_on_subscription("pay", {"outcome": "FAILED"}),
    "cancel it now": lambda customer: customer.act_on_subscription(
        "cancel", {"cancellation_type": "IMMEDIATE"}
    ),
    "reset usage": lambda customer: customer.ask("usage/reset", feature="exports"),
    "archive": lambda customer: customer.ask("customers/archive"),
    "unarchive": lambda customer: customer.ask("customers/unarchive"),
    "archive again": lambda customer: customer.ask("customers/archive"),
    "erase": lambda customer: customer.ask("customers/erase"),
}


def measure() -> None:
    meter = Meter(table().client, once_table().client)
    create_feature("Exports")
    sell_plan("pro")
    without, told = Customer("customer-1", UNKNOWN), Customer("customer-2", KNOWN)
    stores = TellingStores(
        entry_store(), customer_store(), override_store(), cast("EventBus", SilentBus()), "measure", 365 * DAY
    )
    first = Customer("customer-0", KNOWN)
    for customer in (first, without, told):
        call("customers/create", body={"name": customer.path["customerId"]}, caller=customer.caller)
    first.subscribe()  # the first of a month marks it
    for what, change in CHANGES.items():
        with _earlier_write_ids():
            meter.measure(f"{what}, without saying who", partial(change, without))
        written, before = meter.written, _list_items()
        meter.measure("  by a key", partial(change, told))
        if meter.written != written:
            sys.exit(f"{what}: saying who made it costs {meter.written - written:+} write units")
        telling = partial(tell_records, stores, "customer-2", _records_since(before))
        meter.measure("  telling of it then", telling)
        meter.measure("  telling of it again", telling)
    _measure_pages(meter, stores)


@contextmanager
def _earlier_write_ids() -> Iterator[None]:
    with patch.object(transactions, "token_urlsafe", lambda _: uuid4().hex):
        yield


def _measure_pages(meter: Meter, stores: TellingStores) -> None:
    customer = Customer("busy", KNOWN)
    call("customers/create", body={"name": "Busy"}, caller=KNOWN)
    for number in range(RENAMES):
        before = _list_items()
        customer.ask("customers/update", {"name": f"Busy {number}"})
        tell_records(stores, "busy", _records_since(before))
    page = meter.measure("list, page 1 of 10", lambda: customer.ask("activity/list"))
    for _ in range(9):
        query = page["next"].partition("?")[2]
        page = call("activity/list", parameters=customer.path, query=query).body
    query = page["next"].partition("?")[2]
    meter.measure(
        "list, page 11 of 10, by cursor",
        lambda: expect(call("activity/list", parameters=customer.path, query=query), 200),
    )
    meter.measure(
        "list, page 1 of 10 of one kind",
        lambda: expect(call("activity/list", parameters=customer.path, query="kind=customer.updated"), 200),
    )


def _list_items() -> Items:
    return {(item["PK"], item["SK"]): item for item in scan_items(table())}


def _records_since(before: Items) -> list[Record]:
    """The stream's records of what is other than before, as far as they wake the function."""
    changed = {place: item for place, item in _list_items().items() if item != before.get(place)}
    return select_records(
        [
            make_record(to_wire(item), to_wire(before[place]) if place in before else None)
            for place, item in changed.items()
        ]
    )


if __name__ == "__main__":
    with empty_table():
        measure()
