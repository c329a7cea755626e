"""How much slow tests take on."""

from __future__ import annotations

from collections.abc import Callable

PartOrAll = Callable[[int, int], int]
"""Picks the first number, or with `--full-size` the second one: that of the documentation."""
