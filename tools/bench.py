"""Prints what operations cost among a thousand, a hundred thousand and SIZE customers.

`make bench SIZE=1000000`. Each customer has a subscription. The table is a double that counts units as AWS
documents them, in a file that is removed at the end.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from parity.customers.store.customers import customer_store
from tests.support.fakes.dynamodb.table import DynamoDouble
from tools.measuring.bench.loading import SAMPLE, add_copies, load_sample, read_sample
from tools.measuring.bench.operations import operations
from tools.measuring.load.tables import new_definition, use_double
from tools.measuring.units import Meter

MIDDLE = 100_000
LEFT_OUT = """
Not in it: time, as this table is on this machine; other processes at the same time, which are in
`make measure ARGS=rates`; indexes that are behind; the streams, whose functions see one customer at a time;
and words that are rarer the more customers there are, as the names of the first repeat.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Costs by the number of customers.")
    parser.add_argument("size", type=int, help=f"customers, more than {SAMPLE:,}")
    size = parser.parse_args().size
    with tempfile.TemporaryDirectory() as folder:
        bench(sorted({min(each, size) for each in (SAMPLE, MIDDLE, size)}), Path(folder) / "table.db")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"\n{peak:,} MB of memory at most\n{LEFT_OUT}")


def bench(sizes: Sequence[int], file: Path) -> None:
    """The first of the sizes is that of the sample."""
    with use_double(DynamoDouble(new_definition(), path=str(file))) as double:
        load_sample(sizes[0])
        sample = read_sample(double.storage)
        meter = Meter(customer_store().table.client)
        before = sizes[0]
        for size in sizes:
            begun = time.monotonic()
            add_copies(double.storage, sample, before, size)
            before = size
            _print_size(double, size, file, time.monotonic() - begun)
            for name, work in operations(double.storage, size):
                meter.measure(name, work)


def _print_size(double: DynamoDouble, size: int, file: Path, seconds: float) -> None:
    sys.stdout.write(
        f"\n{size:,} customers and as many subscriptions: {double.storage.count():,} items, "
        f"{file.stat().st_size / 1e6:,.0f} MB, loaded in {seconds:,.0f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
