"""Four real series with 63,000 values, shifted to end now, and their sums."""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

TICKERS = ("AAPL", "AMZN", "GOOG", "IBM")
FOLDER = Path(__file__).parents[2] / "data" / "mentions"
BATCH_SIZES = (1, 7, 100, 400, 1000)
DUPLICATES = 10
"""One in so many events is sent twice."""

Row = tuple[str, datetime, int]


def read_rows(end: datetime, every: int = 1) -> list[Row]:
    """Ticker, time and value of each row, or of every so-manieth. The last one is at the end."""
    found = [row for ticker in TICKERS for row in islice(_read_ticker(ticker), 0, None, every)]
    shift = end - max(moment for _, moment, _ in found)
    return [(ticker, moment + shift, value) for ticker, moment, value in found]


def _read_ticker(ticker: str) -> Iterator[Row]:
    with gzip.open(FOLDER / f"{ticker}.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            yield ticker, datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC), int(row["value"])


def sum_intervals(
    found: list[Row], start_of: Callable[[datetime], datetime]
) -> dict[str, dict[datetime, int]]:
    """The sum of each interval that is not 0, by ticker and start."""
    sums: dict[str, Counter[datetime]] = {ticker: Counter() for ticker in TICKERS}
    for ticker, moment, value in found:
        sums[ticker][start_of(moment)] += value
    return {ticker: {start: value for start, value in sums[ticker].items() if value} for ticker in TICKERS}


def make_batches(found: list[Row], chance: random.Random) -> list[list[dict[str, Any]]]:
    """Events in any order, some of them twice, in batches of mixed size."""
    events = [_make_event(number, *row) for number, row in enumerate(found)]
    events += [event for event in events if not chance.randrange(DUPLICATES)]
    chance.shuffle(events)
    parts = []
    while events:
        size = chance.choice(BATCH_SIZES)
        parts.append(events[:size])
        del events[:size]
    return parts


def _make_event(number: int, ticker: str, moment: datetime, value: int) -> dict[str, Any]:
    return {
        "customerId": ticker,
        "eventName": "mention",
        "idempotencyKey": f"mention-{number}",
        "timestamp": f"{moment:%Y-%m-%d %H:%M:%S.%f}",
        "properties": {"value": value},
    }


def start_of_five_minutes(moment: datetime) -> datetime:
    """The start of the five minutes that contain the moment."""
    return moment - timedelta(
        minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond
    )
