"""EventBridge's schedules."""

from local.schedule.scheduler import Scheduler

__all__ = ["Scheduler"]
