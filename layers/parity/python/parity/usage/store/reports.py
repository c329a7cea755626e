"""Writes reported usage, once: by an update without a read, or by replacing the counter that was read.

A lost answer leaves open whether a request had its effect. So the client never sends a request again by
itself. What is written together with a counter is in one transaction with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from parity.aws.clients import new_client
from parity.core.errors import OutcomeUnknownError, ParityError
from parity.dynamodb.optimistic import VersionChangedError, retry
from parity.dynamodb.table import Table, table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.store import keys
from parity.metering.store.counters import put_counter
from parity.usage.store.counter_updates import (
    EXPRESSIONS,
    MAX_ATTEMPTS,
    SendAgainError,
    UsageUpdate,
    condition_of,
    is_doubtful,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.metering.rules.counters import UsageCounter
    from parity.usage.rules.reports import Report
    from parity.usage.store.counter_updates import Ceiling

    AddWrites = Callable[[Transaction], None]
    """Adds writes to the counter's transaction. If several are refused, the first one's error is raised."""


class NotCurrentError(Exception):
    """The counter is missing, or does not meet the condition of the update."""


class UsageReportStore:
    """`once` is the table with a client that sends each request only once."""

    def __init__(self, once: Table) -> None:
        self.once = once

    def apply(
        self,
        report: Report,
        now: datetime,
        ceiling: Ceiling | None = None,
        add_writes: AddWrites | None = None,
    ) -> bool:
        """Counts the report by an update without a read. False, and nothing is counted, if that cannot be.

        That is so if the counter does not meet `counter_updates.CURRENT_WINDOW`: for example it is
        missing, or one of its windows has ended. It is so as well if the counter holds more
        than the ceiling. Costs one write unit, or two per item if `add_writes` adds items to the
        transaction. Raises OutcomeUnknownError, BusyError, or the error of the added write that was
        refused.
        """
        if add_writes is None:
            return UsageUpdate(self.once, report, now, ceiling).send()
        transaction = Transaction(self.once)
        add_writes(transaction)
        transaction.update(
            keys.usage_counter(report.customer_id, report.feature),
            EXPRESSIONS[report.behaviour],
            condition_of(report, ceiling),
            values_of(report, now, ceiling),
            refused=lambda _: NotCurrentError(),
        )
        return _Commit(transaction).send()

    def save(self, counter: UsageCounter, add_writes: AddWrites | None = None) -> bool:
        """Writes the next version of a counter; False if somebody else changed it. Raises as `apply`."""
        transaction = Transaction(self.once)
        if add_writes:
            add_writes(transaction)
        put_counter(transaction, counter)
        return _Commit(transaction).send()


class _Commit:
    """The commit of one transaction, sent again after an answer that was lost.

    If the first attempt had its effect, the next one recognises it by the write id in the items. If
    others have written the items since, nobody knows, and `send` raises OutcomeUnknownError.
    """

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.is_doubtful = False

    def send(self) -> bool:
        """False if the counter does not meet the update's condition, or its version has changed."""
        try:
            retry(
                self._attempt, after=(SendAgainError,), attempts=MAX_ATTEMPTS, exhausted=OutcomeUnknownError
            )
        except (NotCurrentError, VersionChangedError):
            return False
        return True

    def _attempt(self) -> None:
        try:
            self.transaction.commit()
        except (NotCurrentError, VersionChangedError, ParityError) as refused:
            if self.is_doubtful:
                raise OutcomeUnknownError from refused
            raise
        except (BotoCoreError, ClientError) as error:
            if not is_doubtful(error):
                raise
            self.is_doubtful = True
            raise SendAgainError from error


@cache
def once_table() -> Table:
    """The table, with a client that sends each request only once."""
    return Table(new_client("dynamodb", attempts=1, max_pool_connections=32), table().name)


@cache
def usage_report_store() -> UsageReportStore:
    return UsageReportStore(once_table())
