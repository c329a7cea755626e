"""How many live subscriptions a version of a plan has, counted up to a number that bounds what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.service.plans import get_plan_at_version

if TYPE_CHECKING:
    from parity.catalog.store.plans import PlanStore
    from parity.subscriptions.store.subscribers import SubscriberIndex

MAX_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class SubscriberCount:
    plan: str
    version: int
    count: int
    is_exact: bool


def count_subscribers(
    plans: PlanStore, index: SubscriberIndex, plan: str, version: int | None
) -> SubscriberCount:
    """Without a version, of the one that is sold. A count of MAX_COUNTED means that there may be more.

    Raises PlanNotFoundError, PlanVersionNotFoundError.
    """
    found = get_plan_at_version(plans, plan, version).version
    count = index.count_live(plan, found.number, MAX_COUNTED)
    return SubscriberCount(plan, found.number, count, is_exact=count < MAX_COUNTED)
