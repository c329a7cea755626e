"""Prints how many requests of each kind the hostile corpus has, as docs/measurements.md shows them."""

from __future__ import annotations

from tests.support.scenarios.hostile import describe_corpus

if __name__ == "__main__":
    print(describe_corpus())  # noqa: T201
