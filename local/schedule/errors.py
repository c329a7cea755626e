"""What is wrong with a schedule."""


class ScheduleError(ValueError):
    """An expression that EventBridge would refuse; its text is one sentence."""
