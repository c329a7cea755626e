"""The price list, `prices.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

LIST = Path(__file__).with_name("prices.toml")
GB = 10**9


@dataclass(frozen=True, slots=True)
class Price:
    """`dollars` are for so many as `per` says."""

    dollars: float
    per: int
    source: str


@dataclass(frozen=True)
class PriceList:
    """Of one region on one day. `used` has the names of the prices that something was computed with."""

    region: str
    date: date
    prices: Mapping[str, Price]
    used: set[str] = field(default_factory=set)

    def cost(self, amounts: Mapping[str, float]) -> float:
        """US dollars for amounts by the name of their price. Raises KeyError for an unknown name."""
        self.used.update(amounts)
        return sum(self._cost_of(name, amount) for name, amount in amounts.items())

    def _cost_of(self, name: str, amount: float) -> float:
        price = self.prices[name]
        return amount * price.dollars / price.per


def read_prices(path: Path = LIST) -> PriceList:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    prices = {name: Price(**price) for name, price in read["prices"].items()}
    return PriceList(read["region"], read["date"], prices)
