"""The requests whose cost is measured: the sample event of each operation, and what products send most."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.imports import import_customers
from parity.customers.store.customers import customer_store
from parity.subscriptions.store.migration_queue import migration_queue
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, sell_plan, store_metered_feature
from tests.support.builders.counters import make_sample_entitlements
from tests.support.builders.customers import store_customer
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.functions import ROUTES, call
from tests.support.fakes.gateway import make_rest_event
from tests.support.scenarios.sample_events import prepare_event
from tools.costing.world import World
from tools.measuring.entitlements import store_sample_usage
from tools.measuring.institutions import read_institutions
from tools.measuring.usage import METER, create_counted_feature
from tools.measuring.usage_events import make_event, send_events

FEATURES = 20
CUSTOMERS = 60
"""Enough for several pages of a list."""

ENOUGH = 10**9
EXPORTS = {"customerId": "acme", "featureId": "exports"}

Event = dict[str, Any]
Prepare = Callable[[World], Event]


@dataclass(frozen=True)
class Case:
    """A request of an operation: `what` it is, if there are several of one operation.

    `prepare` creates all that it needs, and returns the event of the core. `at_once` is how many requests to
    the table the function sends together.
    """

    operation: str
    what: str
    prepare: Prepare
    at_once: int = 1

    @property
    def place(self) -> str:
        method, path = ROUTES[self.operation]
        return f"{method} {path.removeprefix('/api/v1')}"

    @property
    def detail(self) -> str:
        return f", {self.what}" if self.what else ""

    @property
    def name(self) -> str:
        return self.place + self.detail


def list_cases() -> Iterator[Case]:
    """In the order of the operations."""
    for operation in ROUTES:
        yield from OFTEN.get(operation, [Case(operation, "", _make_sample(operation))])


def _make_sample(operation: str) -> Prepare:
    return lambda world: prepare_event(operation, world.patch, migration_queue())


def _ask(operation: str, **request: Any) -> Event:  # noqa: ANN401
    method, resource = ROUTES[operation]
    return make_rest_event(method, resource, **request)


def _check(query: str) -> Prepare:
    """Of a customer with 20 features, 10 of them metered and used."""

    def prepare(_: World) -> Event:
        _create_used_customer()
        return _ask("entitlements/check", query=f"customer_id=acme{query}")

    return prepare


def _check_batch(of: int) -> Prepare:
    """Ten checks of so many customers."""

    def prepare(_: World) -> Event:
        _create_used_customer()
        _create_customers(of - 1)
        names = ["acme", *(f"customer-{number}" for number in range(of - 1))]
        checks = [{"customerId": names[n % of], "featureId": f"metered-feature-{2 * n}"} for n in range(10)]
        return _ask("entitlements/check_batch", body={"checks": checks})

    return prepare


def _create_used_customer() -> None:
    store_metered_feature("metered-feature-0")
    store_customer("Acme", customer_id="acme")
    sell_plan("wide", gives=make_sample_entitlements(FEATURES))
    subscribe_at(now(), "wide", customer_id="acme")
    store_sample_usage("acme")


def _create_customers(number: int) -> None:
    drafts = [CustomerDraft(name=f"customer-{n}", customer_id=f"customer-{n}") for n in range(number)]
    import_customers(customer_store(), drafts, now, lambda: False)


def _report_usage(*, before: bool = True, **headers: str) -> Prepare:
    """Of a customer who has reported usage before, unless this is the first time."""

    def prepare(_: World) -> Event:
        _sell_exports()
        body = {**EXPORTS, "behaviour": "DELTA", "value": 1}
        if before:
            expect(call("report/usage", body=body), 200)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return _ask("report/usage", body=body, headers=sent or None)

    return prepare


def _sell_exports() -> None:
    """Exports are reported, tokens counted from events."""
    create_counted_feature("exports")
    create_counted_feature("tokens", METER)
    store_customer("Acme", customer_id="acme")
    sell_plan("pro", gives=(make_entitlement("exports", ENOUGH), make_entitlement("tokens", ENOUGH)))
    subscribe_at(now() - timedelta(days=1), customer_id="acme")


def _report_event(_: World) -> Event:
    """Of a customer of whom events were counted in this hour."""
    _use_tokens("acme")
    return _ask("report/event", body=make_event("acme", now(), "one"))


def _report_events(number: int, of: int = 1) -> Prepare:
    def prepare(_: World) -> Event:
        names = ["acme", *(f"customer-{n}" for n in range(of - 1))]
        _use_tokens(*names)
        events = [make_event(names[n % of], now(), str(n)) for n in range(number)]
        return _ask("report/events", body={"events": events})

    return prepare


def _use_tokens(*customers: str) -> None:
    """Sends an event of each of them, which is counted before the case begins. The first one is `acme`."""
    _sell_exports()
    _create_customers(len(customers) - 1)
    send_events(customers, now())


def _list_customers(query: str) -> Prepare:
    def prepare(_: World) -> Event:
        import_customers(customer_store(), read_institutions()[:CUSTOMERS], now, lambda: False)
        return _ask("customers/list", query=query)

    return prepare


def _import_customers(_: World) -> Event:
    rows = [{"name": draft.name, "email": draft.email} for draft in read_institutions()[:100]]
    return _ask("customers/import", body=json.dumps(rows))


def _rename_feature(_: World) -> Event:
    create_counted_feature("exports")
    return _ask("features/update", parameters={"feature": "exports"}, body={"name": "Exports a month"})


OFTEN = {
    "features/update": [Case("features/update", "", _rename_feature)],
    "customers/list": [
        Case("customers/list", "a page of 10", _list_customers(""), at_once=4),
        Case("customers/list", "a search", _list_customers("search=university"), at_once=4),
    ],
    "customers/import": [Case("customers/import", "100 rows", _import_customers, at_once=8)],
    "entitlements/check": [
        Case("entitlements/check", "one of 20 features", _check("&feature_id=metered-feature-0")),
        Case("entitlements/check", "all of 20 features", _check("")),
    ],
    "entitlements/check_batch": [
        Case("entitlements/check_batch", "10 of one customer", _check_batch(1)),
        Case("entitlements/check_batch", "10 of 10 customers", _check_batch(10), at_once=8),
    ],
    "report/event": [Case("report/event", "", _report_event)],
    "report/events": [
        Case("report/events", "10 of one customer", _report_events(10), at_once=16),
        Case("report/events", "100 of one customer", _report_events(100), at_once=16),
        Case("report/events", "100 of 100 customers", _report_events(100, 100), at_once=16),
    ],
    "report/usage": [
        Case("report/usage", "", _report_usage()),
        Case("report/usage", "with an Idempotency-Key", _report_usage(Idempotency_Key="once")),
        Case("report/usage", "the first of a customer", _report_usage(before=False)),
    ],
}
"""By operation, in place of its sample event."""


def authorize(world: World) -> Event:
    """The event of the authorizer, for a key that is stored."""
    return prepare_event("api_keys/authorize", world.patch, migration_queue())
