"""How the usage of a feature is computed.

The enum has a module of its own because every report loads it. A report needs no meters, whose module takes
milliseconds to import.
"""

from __future__ import annotations

from enum import StrEnum


class Aggregation(StrEnum):
    """What a meter makes of the events it counts. CHANGE is for usage that is reported instead.

    No meter has the function CHANGE, and no client sends it.
    """

    COUNT = "COUNT"
    SUM = "SUM"
    MAX = "MAX"
    MIN = "MIN"
    LATEST = "LATEST"
    UNIQUE = "UNIQUE"
    AVERAGE = "AVERAGE"
    CHANGE = "CHANGE"


ADDING = frozenset({Aggregation.COUNT, Aggregation.SUM, Aggregation.CHANGE})


def adds_up(aggregation: Aggregation) -> bool:
    """Whether usage consists of amounts that add up, so that each unit can be charged to one level."""
    return aggregation in ADDING
