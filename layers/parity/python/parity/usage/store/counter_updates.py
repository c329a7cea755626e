"""The update that counts reported usage: one request, without a read before it.

After a lost answer, the AWS client would send a request again. An addition must not be sent again like that.
So the update takes a client that sends each request only once. The update itself is sent again only if that
cannot count the report twice.
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
from parity.dynamodb.items import from_wire, to_wire
from parity.dynamodb.optimistic import retry
from parity.dynamodb.table import THROTTLED
from parity.entitlements.store import keys
from parity.metering.rules.buckets import QUARTER, quarter_of
from parity.usage.rules.reports import Behaviour

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.usage.rules.reports import Report

MAX_CLOCK_SKEW = timedelta(seconds=1)
"""By how much the clocks of two functions may differ."""

MAX_ATTEMPTS = 4
SERVER_ERROR = 500
WITHOUT_EFFECT = {*THROTTLED, "TransactionConflictException"}
"""Codes of errors after which nothing was written."""

CURRENT_WINDOW = (
    "windowStart <= :now AND turnsOn > :now AND changedAt < :slotEnd "
    "AND (attribute_not_exists(since) OR since <= :now) AND used BETWEEN :least AND :most "
    "AND attribute_not_exists(frozen) AND attribute_not_exists(meter) "
    "AND writeId <> :writeId"
)
"""The counter is of reported usage, has the windows of the moment, and no change in a later quarter hour.

A first attempt that arrives late finds the write id of the second one, and changes nothing.
"""

EXPRESSIONS = {
    Behaviour.DELTA: "SET changedAt = :now ADD used :value, taken :taken, held :held, version :one",
    Behaviour.SET: "SET changedAt = :now, used = :value, taken = held + :taken ADD held :held, version :one",
}


class SendAgainError(Exception):
    """A request had no effect, or nobody knows whether it had one. It has to be sent again."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a counter may hold before a report, so that the report fits the limit.

    Used and reserved usage count together; for a report with SET only reserved usage does. With a limit
    of 100, a report of 30 has a ceiling of 70. It holds while the counter is `settled` as in that version.
    """

    settled: int
    max_taken: int


class UsageUpdate:
    """One update of a counter, sent again while it may have had no effect."""

    def __init__(self, table: Table, report: Report, now: datetime, ceiling: Ceiling | None) -> None:
        self.table = table
        self.sent_at = now
        self.write_id = uuid4().hex[:16]
        self.is_doubtful = False
        self.request: dict[str, Any] = {
            "TableName": table.name,
            "Key": to_wire(keys.usage_counter(report.customer_id, report.feature)),
            "UpdateExpression": EXPRESSIONS[report.behaviour].replace("SET ", "SET writeId = :writeId, ", 1),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self.condition = condition_of(report, ceiling)
        self.values = {**values_of(report, now, ceiling), ":writeId": self.write_id}

    def send(self) -> bool:
        """Returns False if the counter does not meet the condition; nothing is counted then.

        Raises BusyError if nothing was counted, and OutcomeUnknownError if nobody knows.
        """
        return retry(
            self._attempt,
            after=(SendAgainError,),
            attempts=MAX_ATTEMPTS,
            exhausted=lambda: OutcomeUnknownError() if self.is_doubtful else BusyError(),
        )

    def _attempt(self) -> bool:
        try:
            self._send_once()
        except (BotoCoreError, ClientError) as error:
            code = _code_of(error)
            if code == "ConditionalCheckFailedException":
                return self._had_effect(error)
            if code not in WITHOUT_EFFECT:
                if not is_doubtful(error):
                    raise
                self.is_doubtful = True
            raise SendAgainError from error
        return True

    def _send_once(self) -> None:
        condition, values = self.condition, self.values
        if self.is_doubtful:
            condition += " AND changedAt < :before"
            values = {**values, ":before": to_micros(self.sent_at - MAX_CLOCK_SKEW)}
        self.table.client.update_item(
            **self.request, ConditionExpression=condition, ExpressionAttributeValues=to_wire(values)
        )

    def _had_effect(self, error: BotoCoreError | ClientError) -> bool:
        """Whether an earlier attempt had an effect. Raises OutcomeUnknownError if later changes hide it."""
        item = _item_of(error)
        if not self.is_doubtful or not item:
            return False
        if item["writeId"] == self.write_id:
            return True
        if item["changedAt"] < to_micros(self.sent_at - MAX_CLOCK_SKEW):
            return False
        raise OutcomeUnknownError


def _code_of(error: BotoCoreError | ClientError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def _item_of(error: BotoCoreError | ClientError) -> Item:
    """The item on which the condition failed; empty if there is none."""
    return from_wire(getattr(error, "response", {}).get("Item", {}))


def condition_of(report: Report, ceiling: Ceiling | None) -> str:
    """The condition on the counter, with the ceiling if there is one."""
    if ceiling is None:
        return CURRENT_WINDOW
    taken = "held" if report.behaviour is Behaviour.SET else "taken"
    return f"{CURRENT_WINDOW} AND settled = :settled AND {taken} <= :mostTaken"


def values_of(report: Report, now: datetime, ceiling: Ceiling | None) -> dict[str, Any]:
    """The values of the expression and of the condition, without the write id."""
    delta = report.value if report.behaviour is Behaviour.DELTA else 0
    values: dict[str, Any] = {
        ":now": to_micros(now),
        ":slotEnd": to_micros(quarter_of(now) + QUARTER),
        ":value": report.value,
        ":taken": report.amount,
        ":held": report.reserved,
        ":one": 1,
        ":least": -MAX_EXACT_INTEGER - delta,
        ":most": MAX_EXACT_INTEGER - delta,
    }
    if ceiling:
        values |= {":settled": ceiling.settled, ":mostTaken": ceiling.max_taken}
    return values


def is_doubtful(error: BotoCoreError | ClientError) -> bool:
    """Whether the write may have had its effect in spite of the error."""
    if isinstance(error, BotoCoreError):
        return True
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
