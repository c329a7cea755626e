"""Customers of the demo, imported from a file in chunks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from local.seed.demo.api import Api, DemoError
from local.seed.demo.steps import Progress

FOLDER = Path(__file__).parent
DATA_SETS = {"small": FOLDER / "customers.csv", "universities": FOLDER / "universities.csv"}
CHANGED = {"small": {"acme": {"email": "billing@acme-robotics.example", "billingId": "cus_8Kd2"}}}
"""By data set, what becomes known of customers after the import."""

ARCHIVED = {"small": ("lantern-books",)}
"""By data set, the customers that are archived in the end."""

CHUNK_ROWS = 250
ROUNDS = 20

Row = Sequence[str]


def load_customers(api: Api, name: str, progress: Progress) -> list[str]:
    """Import a data set; a sentence for each row that was refused."""
    header, *rows = _read_rows(name)
    refused: list[str] = []
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        refused += _import_rows(api, header, chunk)
        progress(start + len(chunk), len(rows))
    for customer_id, changes in CHANGED.get(name, {}).items():
        api.patch(f"/customers/{customer_id}", changes)
    for customer_id in ARCHIVED.get(name, ()):
        api.delete(f"/customers/{customer_id}")
    return refused


def _read_rows(name: str) -> list[Row]:
    if name not in DATA_SETS:
        raise DemoError(f"There is no demo data called {name}; choose {', '.join(DATA_SETS)} or none.")
    try:
        with DATA_SETS[name].open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))
    except FileNotFoundError as error:
        raise DemoError(f"The demo data {DATA_SETS[name]} is missing.") from error


def _import_rows(api: Api, header: Row, rows: Sequence[Row]) -> list[str]:
    """Import the rows, those that were not processed in another round; a sentence for each refused row."""
    refused: list[str] = []
    for _ in range(ROUNDS):
        results = api.post_csv("/customers/import", _to_csv(header, rows))["results"]
        refused += [
            f"{rows[result['row'] - 1][0]!r}: {result.get('detail')}"
            for result in results
            if result["status"] == "rejected"
        ]
        rows = [rows[result["row"] - 1] for result in results if result["status"] == "unprocessed"]
        if not rows:
            return refused
    raise DemoError(f"The import has not processed {len(rows)} rows in {ROUNDS} rounds.")


def _to_csv(header: Row, rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
