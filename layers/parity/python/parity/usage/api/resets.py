"""Resets of usage as they go over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.periods import kind_name
from parity.http.declarations import Response
from parity.http.models import RequestModel, ResponseModel, Text, Timestamp
from parity.usage.api.quantity import Quantity

if TYPE_CHECKING:
    from typing import Self

    from parity.metering.rules.counters import UsageWindow
    from parity.usage.rules.resets import UsageReset

JSON = "application/json"


class UsageResetRequest(RequestModel):
    """The note is kept with the record of the reset."""

    note: Text | None = None


class ResetWindow(ResponseModel):
    """`kind` says how often usage is reset by itself; a window need not have an end."""

    kind: str
    start: Timestamp
    end: Timestamp | None
    used_before: Quantity

    @classmethod
    def of(cls, window: UsageWindow) -> Self:
        return cls(
            kind=kind_name(window.kind),
            start=window.period.start,
            end=window.period.end,
            used_before=window.used,
        )


class UsageResetModel(ResponseModel):
    customer_id: str
    feature_id: str
    reset_at: Timestamp
    note: str | None
    windows: list[ResetWindow]

    @classmethod
    def of(cls, reset: UsageReset) -> Self:
        return cls(
            customer_id=reset.customer_id,
            feature_id=reset.feature,
            reset_at=reset.at,
            note=reset.note,
            windows=[ResetWindow.of(window) for window in reset.windows],
        )


def reset_response(reset: UsageReset) -> Response[UsageResetModel]:
    return Response(200, JSON, UsageResetModel.of(reset))
