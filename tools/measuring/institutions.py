"""The 5,083 institutions of the demo data, as customers to be."""

from __future__ import annotations

import csv

from parity.customers.rules.customers import CustomerDraft
from tools.measuring.units import ROOT


def read_institutions() -> list[CustomerDraft]:
    with (ROOT / "local/seed/demo/universities.csv").open(newline="", encoding="utf-8") as file:
        return [CustomerDraft(name=row["name"], email=row["email"]) for row in csv.DictReader(file)]
