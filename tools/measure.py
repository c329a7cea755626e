"""Prints what Parity costs (units, bytes, CPU, lag, large bodies), bears, and how it is laid out.

`make measure` runs all of it, `make measure ARGS='starts lag'` some. docs/measurements.md holds the figures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

KINDS = (
    "customers",
    "customer_writes",
    "entitlements",
    "biggest",
    "usage",
    "webhooks",
    "activity",
    "bodies",
    "starts",
    "warm",
    "lag",
    "local_speed",
    "structure",
    "idle",
    "jobs",
    "rates",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make measure", description="Measure what Parity costs.")
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(KINDS)}; all if left out")
    kinds = parser.parse_args().kinds
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"there is nothing called {min(unknown)}")
    for kind in kinds or KINDS:
        sys.stdout.write(f"\n{kind}\n{'-' * len(kind)}\n")
        sys.stdout.flush()
        # Each in a process and a table of its own.
        subprocess.run([sys.executable, "-m", f"tools.measuring.{kind}"], check=True)


if __name__ == "__main__":
    main()
