"""What `make cost` computes: from which prices, of which operations, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.support import ROOT
from tests.support.fakes.functions import EDGE_OPERATIONS, ROUTES
from tools import cost, openapi
from tools.costing.background import measure_background
from tools.costing.cases import list_cases
from tools.costing.dollars import count_milliseconds, run_function, watch_request
from tools.costing.lines import MILLION, Line, measure_lines
from tools.costing.month import ITEMS, REQUESTS
from tools.costing.prices import Price, PriceList, read_prices
from tools.costing.stack import read_stack
from tools.costing.world import Invocation, open_worlds
from tools.measuring.units import Units

PAGE = (ROOT / "docs/cost.md").read_text(encoding="utf-8")
OF_THE_MONTH = {use.case for use in REQUESTS}
OTHERS = {"GET /entitlements, all of 20 features", "POST /webhook/logs/{deliveryId}/resend"}
CHECK = "GET /entitlements, one of 20 features"
BY_CHANCE = "`GET /customers`, a page of 10"
"""Customers are in more or fewer partitions of the list."""


@pytest.fixture(scope="module")
def prices() -> PriceList:
    return read_prices()


@pytest.fixture(scope="module")
def worlds() -> Iterator[None]:
    with open_worlds():
        yield


@pytest.fixture(scope="module")
def lines(prices: PriceList, worlds: None) -> dict[str, Line]:
    """Of the month's requests and two more, by the name of their case."""
    cases = [case for case in list_cases() if case.name in OF_THE_MONTH | OTHERS]
    return {line.case.name: line for line in measure_lines(cases, read_stack(), prices)}


def test_each_described_operation_has_a_case() -> None:
    paths = json.loads(openapi.TARGET.read_text())["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    cases = [*list_cases()]
    assert {ROUTES[case.operation] for case in cases} == described
    assert len({case.name for case in cases}) == len(cases)


def test_the_page_has_a_line_for_each_case() -> None:
    for case in list_cases():
        assert f"\n| `{case.place}`{case.detail} | " in PAGE


def test_the_page_names_the_list_of_prices(prices: PriceList) -> None:
    assert f"{prices.date}, {prices.region}" in PAGE
    for price in prices.prices.values():
        assert price.source in PAGE
        assert re.fullmatch(r"https://aws\.amazon\.com/[\w/-]+/", price.source)


@pytest.mark.slow
def test_every_price_is_used(prices: PriceList, lines: dict[str, Line], worlds: None) -> None:
    items = [*measure_background(read_stack())]
    idle_lines = cost.measure_idle()
    printed = [
        *cost.print_background(items, prices),
        *cost.print_idle(idle_lines, prices),
        *cost.print_month(lines.values(), items, idle_lines, prices),
    ]
    assert prices.used == prices.prices.keys()
    assert {item.what for item in items} >= ITEMS.keys()
    totals = [float(row.split("|")[-2].replace(",", "")) for row in printed if row.startswith("| in all")]
    assert [total > 10 for total in totals] == [True, True]


def test_a_check_on_the_edge_is_the_sum_of_its_parts(prices: PriceList, lines: dict[str, Line]) -> None:
    line = lines[CHECK]
    assert (line.work.request.units, line.following) == (Units(0.5, 0, 1), 0)
    assert line.table == pytest.approx(0.5 * 0.125)
    assert line.function == pytest.approx(0.20 + 16 * 0.5 / 1000 * 13.3334)
    sent = line.work.sent_bytes / 1e9 * MILLION * 0.09
    authorizer = line.dollars["edge"] - 1.00 - line.table - line.function - sent
    assert 0 < authorizer < 0.05
    assert line.dollars["core"] - line.dollars["edge"] == pytest.approx(
        3.50 - 1.00 + 0.05 * 5 + 450 / 1e9 * MILLION * 0.50
    )


def test_an_operation_costs_something_at_the_gateways_that_have_it(lines: dict[str, Line]) -> None:
    for line in lines.values():
        on_edge = line.case.operation in EDGE_OPERATIONS
        assert line.dollars.keys() == ({"core", "edge"} if on_edge else {"core"})
        assert all(dollars > 1 for dollars in line.dollars.values())


def test_what_follows_is_in_the_price(lines: dict[str, Line]) -> None:
    created = lines["POST /customers"].work.following
    assert [each.operation for each in created.invocations] == [
        "entitlements/recompute",
        "webhook_events/distribute",
    ]
    assert (created.bus_events, created.queue_requests) == (1, 3)
    assert lines["POST /customers"].following > 1
    counted = lines["POST /report/usage"].work.following
    assert [each.operation for each in counted.invocations] == ["usage/count"]
    assert lines["GET /customers/{customerId}"].following == 0


def test_a_customer_of_the_month_is_stored(lines: dict[str, Line]) -> None:
    assert lines["POST /customers"].work.stored_bytes > 1000
    assert lines[CHECK].work.stored_bytes == 0


def test_time_is_that_of_the_memory() -> None:
    """With a whole processor a call takes its own time; with 512 MB of 1,769 it takes 3.5 times as long."""
    stack = read_stack()
    asked = Units(1, 0, 4)
    assert count_milliseconds(Invocation("customers/create", asked), stack) == -(-9 * 1769 // 512) + 20
    assert count_milliseconds(Invocation("customers/import", asked), stack) == 9 + 20
    assert count_milliseconds(Invocation("customers/import", asked, at_once=4), stack) == 9 + 5
    assert run_function(Invocation("customers/import", asked), stack) == {
        "function_requests": 1,
        "function_gb_seconds": 0.029 * 1769 / 1024,
    }


def test_hot_routes_write_no_lines_and_are_traced_only_by_the_core() -> None:
    stack = read_stack()
    check = Invocation("entitlements/check", Units(0.5, 0, 1))
    assert watch_request(check, "edge", stack) == {"log_gb": 0, "traces": 0}
    assert watch_request(check, "core", stack) == {"log_gb": 450e-9, "traces": 0.05}
    create = Invocation("customers/create", Units(1, 11, 4))
    assert watch_request(create, "core", stack) == {"log_gb": pytest.approx(1650e-9), "traces": 0.05}


def test_a_price_that_is_not_listed_is_an_error(prices: PriceList) -> None:
    listed = PriceList("here", prices.date, {"apples": Price(3, 1000, "")})
    assert listed.cost({"apples": 500}) == 1.5
    with pytest.raises(KeyError):
        listed.cost({"pears": 1})
    assert listed.used == {"apples", "pears"}


def read_rows(text: str) -> dict[str, list[float]]:
    """The numbers of each row of a table, by its first cell."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {
        name: [float(cell.replace(",", "")) for cell in cells if re.fullmatch(r"[\d,]+(\.\d+)?", cell)]
        for name, *cells in rows
    }


@pytest.mark.slow
def test_the_page_has_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """If it has not, put what `make cost` prints into docs/cost.md."""
    cost.main()
    printed, written = read_rows(capsys.readouterr().out), read_rows(PAGE)
    assert len(printed) > 90
    for name, numbers in printed.items():
        most = 1 if name == BY_CHANCE else 0.1
        assert written[name] == pytest.approx(numbers, rel=0.1, abs=most), name
