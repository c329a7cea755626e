"""The answer about the subscribers of a plan (docs/http.md, "Catalogue")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.http.models import ResponseModel

if TYPE_CHECKING:
    from typing import Self

    from parity.subscriptions.service.subscribers import SubscriberCount


class SubscriberCountModel(ResponseModel):
    plan: str
    version: int
    count: int
    count_is_exact: bool

    @classmethod
    def of(cls, found: SubscriberCount) -> Self:
        return cls(plan=found.plan, version=found.version, count=found.count, count_is_exact=found.is_exact)
