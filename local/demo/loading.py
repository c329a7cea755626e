"""Sends a file of customers to the import, chunk by chunk."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

FOLDER = Path(__file__).parent
DATA_SETS = {"small": FOLDER / "customers.csv", "universities": FOLDER / "universities.csv"}
ARCHIVED = {"small": ("lantern-books",)}
"""Customers that a data set archives after the import."""

CHUNK_ROWS = 250
ROUNDS = 20
TIMEOUT_SECONDS = 60

Row = Sequence[str]
Json = Any
Progress = Callable[[int, int], None]


class DemoError(Exception):
    """The demo data cannot be loaded; its text is one sentence."""


def load_demo(url: str, key: str, name: str, progress: Progress) -> list[str]:
    """Import a data set and say why rows were refused, a sentence for each; loading it again changes nothing.

    `progress` gets the rows done and the rows there are. Raises DemoError.
    """
    header, *rows = _read(name)
    api = _Api(url, key)
    refused: list[str] = []
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        refused += _import(api, header, chunk)
        progress(start + len(chunk), len(rows))
    for customer_id in ARCHIVED.get(name, ()):
        api.send("DELETE", f"/customers/{customer_id}")
    return refused


def _read(name: str) -> list[Row]:
    if name not in DATA_SETS:
        raise DemoError(f"There is no demo data called {name}; choose {', '.join(DATA_SETS)} or none.")
    try:
        with DATA_SETS[name].open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))
    except FileNotFoundError as error:
        raise DemoError(f"The demo data {DATA_SETS[name]} is missing.") from error


def _import(api: _Api, header: Row, rows: Sequence[Row]) -> list[str]:
    """Send the rows, and again those that the import had no time for; why rows were refused."""
    refused: list[str] = []
    for _ in range(ROUNDS):
        results = api.send("POST", "/customers/import", _csv(header, rows))["results"]
        refused += [
            f"{rows[result['row'] - 1][0]!r}: {result.get('detail')}"
            for result in results
            if result["status"] == "rejected"
        ]
        rows = [rows[result["row"] - 1] for result in results if result["status"] == "unprocessed"]
        if not rows:
            return refused
    raise DemoError(f"The import left {len(rows)} rows undone in {ROUNDS} rounds.")


def _csv(header: Row, rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


class _Api:
    def __init__(self, url: str, key: str) -> None:
        self._base = f"{url}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}

    def send(self, method: str, path: str, body: bytes | None = None) -> Json:
        request = Request(self._base + path, body, self._headers, method=method)  # noqa: S310 - always http
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            answer = error.read().decode(errors="replace")
            raise DemoError(f"{method} {path} answered {error.code}: {answer}") from error
        except (URLError, TimeoutError) as error:
            raise DemoError(f"{method} {path} got no answer: {error}") from error
