"""Prints what each operation, an idle stack and an example month cost, as Markdown: `make cost`.

Amounts are measured on a table double that counts units as AWS documents them. Prices are those of
`tools/costing/prices.toml`, and times of functions follow from `tools/costing/assumptions.py`. docs/cost.md
holds what it prints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from tools.costing.background import Item, measure_background
from tools.costing.cases import list_cases
from tools.costing.dollars import add_amounts, multiply
from tools.costing.lines import MILLION, Line, measure_lines
from tools.costing.month import list_month
from tools.costing.prices import PriceList, read_prices
from tools.costing.stack import read_stack
from tools.costing.world import open_world, open_worlds
from tools.measuring import idle


def main() -> None:
    prices, stack = read_prices(), read_stack()
    with open_worlds():
        lines = [*measure_lines(list_cases(), stack, prices)]
        items = [*measure_background(stack)]
        idle_lines = measure_idle()
    tables = (
        print_operations(lines),
        print_background(items, prices),
        print_idle(idle_lines, prices),
        print_month(lines, items, idle_lines, prices),
    )
    sys.stdout.write("\n\n".join("\n".join(table) for table in tables) + "\n")


def measure_idle() -> list[idle.Line]:
    with open_world() as world:
        return idle.list_lines(world.client)


def print_operations(lines: Iterable[Line]) -> Iterator[str]:
    yield "| A million of | Read | Written | Function | Table | What follows | Core | Edge |"
    yield "|---|---|---|---|---|---|---|---|"
    for line in lines:
        units = line.work.request.units
        edge = f"{line.dollars['edge']:,.2f}" if "edge" in line.dollars else ""
        yield (
            f"| `{line.case.place}`{line.case.detail} | {units.read:g} | {units.written:g} | "
            f"{line.function:,.2f} | {line.table:,.2f} | {line.following:,.2f} | "
            f"{line.dollars['core']:,.2f} | {edge} |"
        )


def print_background(items: Iterable[Item], prices: PriceList) -> Iterator[str]:
    yield "| A million | Read | Written | US dollars |"
    yield "|---|---|---|---|"
    for item in items:
        read, written = item.amounts["read_units"], item.amounts["write_units"]
        dollars = prices.cost(multiply(item.amounts, MILLION))
        yield f"| {item.what} | {read:.2f} | {written:.2f} | {dollars:,.2f} |"


def print_idle(lines: Iterable[idle.Line], prices: PriceList) -> Iterator[str]:
    yield "| Of an idle stack in 30 days | Amount | US dollars |"
    yield "|---|---|---|"
    total = 0.0
    for line in lines:
        dollars = prices.cost({line.price: line.amount})
        total += dollars
        amount = f"{line.amount:,.2f}".removesuffix(".00")
        yield f"| {line.what} | {amount} | {dollars:,.2f} |"
    yield f"| in all | | {total:,.2f} |"


def print_month(
    lines: Iterable[Line], items: Iterable[Item], idle_lines: Iterable[idle.Line], prices: PriceList
) -> Iterator[str]:
    yield "| In the month | Times | US dollars |"
    yield "|---|---|---|"
    total = 0.0
    idle_amounts = add_amounts(*({line.price: line.amount} for line in idle_lines))
    for line in list_month(lines, items, idle_amounts, prices):
        total += line.dollars
        yield f"| {line.what} | {line.times:,} | {line.dollars:,.2f} |"
    yield f"| in all | | {total:,.2f} |"


if __name__ == "__main__":
    main()
