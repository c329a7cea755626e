"""The clock of the local cloud, and how time is moved."""

from local.clock.clock import Clock, describe_lost_offset
from local.clock.moves import ClockMover
from local.clock.page import ClockPage

__all__ = ["Clock", "ClockMover", "ClockPage", "describe_lost_offset"]
