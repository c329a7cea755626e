"""How many events a process of the counting function counts in a second, beside plain writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

from parity.core.times import now
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import table
from tools.measuring.usage_events import count_records, renumber, send_events, to_stream_records

BATCH = 1000
RUNS = 5


def measure(customers: Sequence[str]) -> None:
    """Ratios, as the seconds are this machine's; the runs take turns."""
    batches = {
        f"{BATCH:,} events of {len(of)} customer(s)": to_stream_records(
            send_events(list(of) * (BATCH // len(of)), now())
        )
        for of in (customers[:1], customers)
    }
    seconds: dict[str, list[float]] = {what: [] for what in batches}
    puts: list[float] = []
    for _ in range(RUNS):
        puts.append(_seconds(_put_items))
        for what, records in batches.items():
            seconds[what].append(_seconds(lambda: count_records(renumber(records))))  # noqa: B023
    put_rate = BATCH / median(puts)
    print(f"plain PutItem, one after the other: {put_rate:,.0f} a second on this machine")
    for what, taken in seconds.items():
        rate = BATCH / median(taken)
        print(f"counting a batch of {what}: {rate:,.0f} events a second, {rate / put_rate:.1f} times that")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _put_items() -> None:
    client, name = table().client, table().name
    for number in range(BATCH):
        client.put_item(TableName=name, Item=to_wire({"PK": "plain", "SK": str(number), "text": "x" * 300}))
