"""EventBridge's scheduled rules."""

from local.schedule.errors import ScheduleError
from local.schedule.expressions import next_time
from local.schedule.scheduler import Scheduler

__all__ = ["ScheduleError", "Scheduler", "next_time"]
