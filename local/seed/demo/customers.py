"""Sends a file of customers to the import, chunk by chunk."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from local.seed.demo.api import Api, DemoError

FOLDER = Path(__file__).parent
DATA_SETS = {"small": FOLDER / "customers.csv", "universities": FOLDER / "universities.csv"}
ARCHIVED = {"small": ("lantern-books",)}
"""Customers that a data set archives after the import."""

CHUNK_ROWS = 250
ROUNDS = 20

Row = Sequence[str]


def load_customers(api: Api, name: str, progress: Callable[[int, int], None]) -> list[str]:
    """Import a data set and say why rows were refused, a sentence for each."""
    header, *rows = _read(name)
    refused: list[str] = []
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        refused += _import(api, header, chunk)
        progress(start + len(chunk), len(rows))
    for customer_id in ARCHIVED.get(name, ()):
        api.delete(f"/customers/{customer_id}")
    return refused


def _read(name: str) -> list[Row]:
    if name not in DATA_SETS:
        raise DemoError(f"There is no demo data called {name}; choose {', '.join(DATA_SETS)} or none.")
    try:
        with DATA_SETS[name].open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))
    except FileNotFoundError as error:
        raise DemoError(f"The demo data {DATA_SETS[name]} is missing.") from error


def _import(api: Api, header: Row, rows: Sequence[Row]) -> list[str]:
    """Send the rows, and again those that the import had no time for; why rows were refused."""
    refused: list[str] = []
    for _ in range(ROUNDS):
        results = api.post_csv("/customers/import", _csv(header, rows))["results"]
        refused += [
            f"{rows[result['row'] - 1][0]!r}: {result.get('detail')}"
            for result in results
            if result["status"] == "rejected"
        ]
        rows = [rows[result["row"] - 1] for result in results if result["status"] == "unprocessed"]
        if not rows:
            return refused
    raise DemoError(f"The import left {len(rows)} rows undone in {ROUNDS} rounds.")


def _csv(header: Row, rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
