"""The update that counts reported usage: one request, without a read before it.

A sum cannot simply be sent again when its answer got lost, as the AWS client does. So this wants a client
that sends everything once, and sends again only where the counter tells that the first attempt did nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from parity.core.errors import BusyError, OutcomeUnknownError
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.times import to_micros
from parity.dynamodb import keys
from parity.dynamodb.items import from_wire, to_wire
from parity.dynamodb.optimistic import pause
from parity.dynamodb.table import THROTTLED
from parity.metering.rules.buckets import QUARTER, quarter_of
from parity.usage.rules.reports import Behaviour

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.usage.rules.reports import Report

SKEW = timedelta(seconds=1)
"""By how much the clocks of two functions may differ."""

MAX_ATTEMPTS = 4
SERVER_ERROR = 500
WITHOUT_EFFECT = {*THROTTLED, "TransactionConflictException"}
CURRENT = (
    "windowStart <= :now AND windowEnd > :now AND changedAt < :slotEnd "
    "AND (attribute_not_exists(since) OR since <= :now) AND used BETWEEN :least AND :most "
    "AND attribute_not_exists(further) AND attribute_not_exists(frozen) AND attribute_not_exists(meter) "
    "AND writeId <> :writeId"
)
"""Reported usage in one window, the present one, by a clock that is not behind by a slot.

A first attempt that is late finds by the write id that the second one did it.
"""

EXPRESSIONS = {
    Behaviour.DELTA: "SET changedAt = :now ADD used :value, taken :taken, held :held, version :one",
    Behaviour.SET: "SET changedAt = :now, used = :value, taken = held + :taken ADD held :held, version :one",
}


@dataclass(frozen=True, slots=True)
class Room:
    """What an enforced report needs: windows of this kind, and no more than so much taken before it."""

    kind: str
    most_taken: int


class UsageUpdate:
    """One update, sent again while it is certain that it had no effect."""

    def __init__(self, table: Table, report: Report, now: datetime, room: Room | None) -> None:
        self.table = table
        self.sent = now
        self.write_id = uuid4().hex[:16]
        self.request: dict[str, Any] = {
            "TableName": table.name,
            "Key": to_wire(keys.usage_counter(report.customer_id, report.feature)),
            "UpdateExpression": EXPRESSIONS[report.behaviour].replace("SET ", "SET writeId = :writeId, ", 1),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self.condition = condition_of(report, room)
        self.values = {**values_of(report, now, room), ":writeId": self.write_id}

    def send(self) -> bool:
        doubtful = False
        for attempt in range(MAX_ATTEMPTS):
            try:
                self._send_once(doubtful=doubtful)
            except (BotoCoreError, ClientError) as error:
                code = _code(error)
                if code == "ConditionalCheckFailedException":
                    return self._had_effect(error, doubtful=doubtful)
                if code in WITHOUT_EFFECT:
                    pause(attempt + 1)
                elif is_doubtful(error):
                    doubtful = True
                else:
                    raise
            else:
                return True
        raise OutcomeUnknownError if doubtful else BusyError

    def _send_once(self, *, doubtful: bool) -> None:
        condition, values = self.condition, self.values
        if doubtful:
            condition += " AND changedAt < :before"
            values = {**values, ":before": to_micros(self.sent - SKEW)}
        self.table.client.update_item(
            **self.request, ConditionExpression=condition, ExpressionAttributeValues=to_wire(values)
        )

    def _had_effect(self, error: BotoCoreError | ClientError, *, doubtful: bool) -> bool:
        """Whether an earlier attempt did it; raises OutcomeUnknownError where later changes hide that."""
        stands = _item_of(error)
        if not doubtful or not stands:
            return False
        if stands["writeId"] == self.write_id:
            return True
        if stands["changedAt"] < to_micros(self.sent - SKEW):
            return False
        raise OutcomeUnknownError


def _code(error: BotoCoreError | ClientError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def _item_of(error: BotoCoreError | ClientError) -> Item:
    """The item on which the condition failed; empty if there is none."""
    return from_wire(getattr(error, "response", {}).get("Item", {}))


def condition_of(report: Report, room: Room | None) -> str:
    """What the counter has to be like, and how much room there has to be in it."""
    if room is None:
        return CURRENT
    taken = "held" if report.behaviour is Behaviour.SET else "taken"
    return f"{CURRENT} AND kind = :kind AND {taken} <= :mostTaken"


def values_of(report: Report, now: datetime, room: Room | None) -> dict[str, Any]:
    """Of the expression and the condition, without the write id."""
    moved = report.value if report.behaviour is Behaviour.DELTA else 0
    values: dict[str, Any] = {
        ":now": to_micros(now),
        ":slotEnd": to_micros(quarter_of(now) + QUARTER),
        ":value": report.value,
        ":taken": report.taken,
        ":held": report.held,
        ":one": 1,
        ":least": -MAX_EXACT_INTEGER - moved,
        ":most": MAX_EXACT_INTEGER - moved,
    }
    if room:
        values |= {":kind": room.kind, ":mostTaken": room.most_taken}
    return values


def is_doubtful(error: BotoCoreError | ClientError) -> bool:
    """Whether the write may have had its effect in spite of the error."""
    if isinstance(error, BotoCoreError):
        return True
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
