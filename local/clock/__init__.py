"""The clock of the local cloud, and how time is moved."""

from local.clock.clock import Clock
from local.clock.moves import ClockMover
from local.clock.page import ClockPage

__all__ = ["Clock", "ClockMover", "ClockPage"]
