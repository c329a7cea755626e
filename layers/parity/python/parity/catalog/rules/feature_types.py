"""The types of features.

A module of its own, because a check and a report need nothing else of features at their start.
"""

from __future__ import annotations

from enum import StrEnum


class FeatureType(StrEnum):
    """BOOLEAN is given or not, CUSTOMIZABLE has a fixed number such as seats, METER has usage."""

    BOOLEAN = "BOOLEAN"
    CUSTOMIZABLE = "CUSTOMIZABLE"
    METER = "METER"
