"""A month of a product as an example: how often it does what, and what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tools.costing.background import Item
from tools.costing.dollars import Amounts, multiply
from tools.costing.lines import Line
from tools.costing.prices import GB, PriceList

CUSTOMERS = 10_000
EVENTS_IN_A_BATCH = 10
EVENT_BATCHES = 1_000_000
MONTHS_OF_EVENTS = 1.5
"""Raw events and their keys are kept for 45 and 35 days."""


@dataclass(frozen=True)
class Use:
    """So many requests with the name of a case, at one of the gateways."""

    times: int
    case: str
    gateway: str


REQUESTS = (
    Use(30_000_000, "GET /entitlements, one of 20 features", "edge"),
    Use(EVENT_BATCHES, f"POST /report/events, {EVENTS_IN_A_BATCH} of one customer", "edge"),
    Use(1_000_000, "POST /report/usage", "edge"),
    Use(1_000, "POST /customers", "core"),
    Use(1_000, "POST /subscriptions/create", "core"),
    Use(100_000, "GET /customers, a page of 10", "core"),
    Use(100_000, "GET /customers/{customerId}", "core"),
    Use(100_000, "GET /customers/{customerId}/usage", "core"),
)
ITEMS = {
    "renewals": CUSTOMERS,
    "hours of an event each": 1_000_000,
    "webhooks that are delivered": 12_000,
}
"""By the name of a job. Each customer has 100 hours with events, of 720."""


@dataclass(frozen=True)
class MonthLine:
    what: str
    times: int
    dollars: float


def list_month(
    lines: Iterable[Line], items: Iterable[Item], idle: Mapping[str, float], prices: PriceList
) -> Iterator[MonthLine]:
    """Without the free tier, and without the discounts of large amounts."""
    by_name = {line.case.name: line for line in lines}
    for use in REQUESTS:
        amounts = by_name[use.case].amounts[use.gateway]
        yield _price(f"{use.case} ({use.gateway})", use.times, amounts, prices)
    for item in items:
        if item.what in ITEMS:
            yield _price(item.what, ITEMS[item.what], item.amounts, prices)
    stored_gb = _count_stored_bytes(by_name) / GB
    yield MonthLine(
        f"{stored_gb:.1f} GB of table, and its recovery",
        1,
        prices.cost({"stored_gb_months": stored_gb, "recovery_gb_months": stored_gb}),
    )
    yield MonthLine("the stack itself, as when it is idle", 1, prices.cost(idle))


def _price(what: str, times: int, amounts: Amounts, prices: PriceList) -> MonthLine:
    return MonthLine(what, times, prices.cost(multiply(amounts, times)))


def _count_stored_bytes(lines: Mapping[str, Line]) -> float:
    """Of the customers with a subscription each, and of the events that are kept."""
    a_customer = sum(
        lines[name].work.stored_bytes for name in ("POST /customers", "POST /subscriptions/create")
    )
    batch = lines[f"POST /report/events, {EVENTS_IN_A_BATCH} of one customer"].work.stored_bytes
    return CUSTOMERS * a_customer + EVENT_BATCHES * MONTHS_OF_EVENTS * batch
