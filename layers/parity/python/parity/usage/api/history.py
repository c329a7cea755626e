"""Windows of a metered entitlement as they go over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from parity.core.periods import Reset, kind_name, window_at
from parity.core.times import EPOCH
from parity.http.declarations import AfterValidator, Query, WithJsonSchema
from parity.http.models import ResponseModel, Timestamp, WholeNumber
from parity.usage.api.quantity import Quantity

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from parity.usage.rules.window_limits import LimitedWindow
    from parity.usage.service.history import UsageHistory

DEFAULT_PERIODS = 12
MAX_PERIODS = 100


def _validate_kind(kind: str) -> str:
    try:
        window_at(kind, EPOCH)
    except (ValueError, OverflowError) as error:
        raise ValueError("must be the name of windows, such as EVERY_MONTH.") from error
    return kind


PeriodLimit = Annotated[
    WholeNumber, Query(ge=1, le=MAX_PERIODS, description="How many of the latest windows.")
]
CALENDAR_KINDS = "|".join(kind for kind in Reset if kind not in {Reset.NEVER, Reset.EVERY_28_DAYS})
KIND_PATTERN = (
    rf"^(?:NEVER(?:@.*)?|(?:{CALENDAR_KINDS})|(?:{CALENDAR_KINDS}|EVERY_28_DAYS)"
    r"@20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}[0-9]{6})$"
)
KindFilter = Annotated[
    Annotated[
        str,
        AfterValidator(_validate_kind),
        WithJsonSchema({"type": "string", "pattern": KIND_PATTERN}),
    ]
    | None,
    Query(
        description="The kind of windows, as `kind` in the answer names it: EVERY_MONTH, or EVERY_MONTH@ and "
        "the time from which windows are counted. Left out: the kind that the entitlement has now."
    ),
]


class UsagePeriod(ResponseModel):
    """A reset window. `end` is null if it never ends, and `usageLimit` is null if it has no limit.

    If an operator reset the window, `used` counts from `resetAt`. `usageLimit` includes what was
    `rolledOver`.
    """

    start: Timestamp
    end: Timestamp | None
    used: Quantity
    usage_limit: int | None
    rolled_over: int
    remaining: Quantity | None
    reset_at: Timestamp | None
    is_current: bool

    @classmethod
    def of(cls, limited: LimitedWindow, now: datetime) -> Self:
        window = limited.window
        return cls(
            start=window.period.start,
            end=window.period.end,
            used=window.used,
            usage_limit=limited.usage_limit,
            rolled_over=window.carried,
            remaining=limited.remaining,
            reset_at=window.since,
            is_current=now in window.period,
        )


class UsagePeriods(ResponseModel):
    """Newest first."""

    customer_id: str
    feature_id: str
    kind: str
    results: list[UsagePeriod]

    @classmethod
    def of(cls, customer_id: str, history: UsageHistory, now: datetime) -> Self:
        return cls(
            customer_id=customer_id,
            feature_id=history.feature,
            kind=kind_name(history.kind),
            results=[UsagePeriod.of(each, now) for each in history.windows],
        )
