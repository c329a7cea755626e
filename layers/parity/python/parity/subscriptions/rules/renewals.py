"""Renewals: what the beginning of another period leaves as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.subscriptions.rules.subscriptions import Subscription


def is_renewal(old: Subscription, new: Subscription) -> bool:
    """Whether nothing but the period is another one, so that the customer has what it had.

    A change that took effect with the period, or the end of a trial, is more than that.
    """
    renewed = replace(
        old,
        period_start=new.period_start,
        period_end=new.period_end,
        version=new.version,
        modified_on=new.modified_on,
    )
    return renewed == new and new.period_start > old.period_start
