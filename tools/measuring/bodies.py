"""Measures the CPU time and the peak memory of reading the largest bodies, accepted and refused."""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

from parity.core.errors import ParityError
from parity.customers.api.imports import read_csv, read_drafts
from parity.entitlements.api.batch import parse_checks
from parity.http.bodies import RequestRefusedError, read_array, read_object
from parity.usage.api.reports import parse_report

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 10_000
BODY_BYTES = 5_900_000
"""Lambda takes 6 MB, with the rest of the event."""

LONG_EMAIL = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example"
ACCENTS = "a" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}" * (BODY_BYTES // 4)
"""Composing it takes time in proportion to the square of its length."""

REPORT = {"customerId": ACCENTS, "featureId": "exports", "behaviour": "DELTA", "value": 1}
CHECK = {"customerId": ACCENTS[:29_000], "featureId": "exports"}


def read_import(text: str) -> None:
    read_drafts(read_array(text), lambda: False)


BODIES: dict[str, tuple[Callable[[str], object], str]] = {
    "import, 10,000 rows": (read_import, json.dumps([{"name": "x" * 255}] * ROWS)),
    "import, 10,000 long emails": (read_import, json.dumps([{"name": "x", "email": LONG_EMAIL}] * ROWS)),
    "import, 14 emails of 400 KB": (read_import, json.dumps([{"name": "x", "email": "a" * 400_000}] * 14)),
    "CSV without a name": (read_csv, ",".join(["column"] * (BODY_BYTES // 7))),
    "checks of 100 long names": (
        lambda text: parse_checks(read_object(text)),
        json.dumps({"checks": [CHECK] * 100}, ensure_ascii=False),
    ),
    "usage of a long name": (
        lambda text: parse_report(read_object(text)),
        json.dumps(REPORT, ensure_ascii=False),
    ),
}


def main() -> None:
    for name, (read, text) in BODIES.items():
        outcome, milliseconds = _time(read, text)
        tracemalloc.start()
        _time(read, text)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        size = len(text.encode()) / 1e6
        sys.stdout.write(f"{name:28} {size:4.1f} MB {milliseconds:7.0f} ms {peak:6.0f} MB  {outcome}\n")


def _time(read: Callable[[str], object], text: str) -> tuple[str, float]:
    """What became of the body, and the milliseconds of CPU that it took."""
    begun = time.process_time()
    try:
        read(text)
    except (ParityError, RequestRefusedError) as error:
        outcome = type(error).__name__
    else:
        outcome = "read"
    return outcome, (time.process_time() - begun) * 1000


if __name__ == "__main__":
    main()
