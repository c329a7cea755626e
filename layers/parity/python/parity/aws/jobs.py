"""Scheduled functions: when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext


ANSWER_MILLISECONDS = 5000


def out_of_time(context: LambdaContext) -> Callable[[], bool]:
    """A function that says whether less than five seconds are left of the run."""
    return lambda: context.get_remaining_time_in_millis() < ANSWER_MILLISECONDS


def out_of_share(context: LambdaContext, shares: int) -> Callable[[], bool]:
    """A function that says whether one of so many equal shares of the time that is left has passed."""
    left = context.get_remaining_time_in_millis() - ANSWER_MILLISECONDS
    end = ANSWER_MILLISECONDS + left * (shares - 1) / shares
    return lambda: context.get_remaining_time_in_millis() < end
