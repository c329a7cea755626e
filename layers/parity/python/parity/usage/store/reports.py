"""Reported usage, written once: by an update that needs no read, or in place of the counter that was read.

What is written together with a counter is in one transaction with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from parity.aws.clients import new_client
from parity.core.errors import OutcomeUnknownError, ParityError
from parity.dynamodb import keys
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table, table
from parity.dynamodb.transactions import Transaction
from parity.metering.store.counters import put_counter
from parity.usage.store.counter_updates import (
    EXPRESSIONS,
    MAX_ATTEMPTS,
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
    from parity.usage.store.counter_updates import Room

    Beside = Callable[[Transaction], None]
    """Adds what is to be written together with the counter; what is to be refused first comes first."""


class NotCurrentError(Exception):
    """The counter is missing, or is not one that can be updated as it is."""


class UsageReportStore:
    """`once` is the table with a client that sends everything once."""

    def __init__(self, once: Table) -> None:
        self.once = once

    def apply(
        self, report: Report, now: datetime, room: Room | None = None, beside: Beside | None = None
    ) -> bool:
        """Counts it; False if the counter is not as it has to be, and then nothing was counted.

        1 write unit, or 2 for each item where others are written beside it. Raises OutcomeUnknownError,
        BusyError, or why what is beside it was refused.
        """
        if beside is None:
            return UsageUpdate(self.once, report, now, room).send()
        transaction = Transaction(self.once)
        beside(transaction)
        transaction.update(
            keys.usage_counter(report.customer_id, report.feature),
            EXPRESSIONS[report.behaviour],
            condition_of(report, room),
            values_of(report, now, room),
            refused=lambda _: NotCurrentError(),
        )
        return _committed(transaction)

    def save(self, counter: UsageCounter, beside: Beside | None = None) -> bool:
        """Writes a counter in place of its version before; False if that is gone. Raises as `apply`."""
        transaction = Transaction(self.once)
        if beside:
            beside(transaction)
        put_counter(transaction, counter)
        return _committed(transaction)


def _committed(transaction: Transaction) -> bool:
    """False if the counter is not as it has to be."""
    try:
        _commit(transaction)
    except (NotCurrentError, VersionChangedError):
        return False
    return True


def _commit(transaction: Transaction) -> None:
    """Sent again, a transaction that had its effect finds it, unless others have written since."""
    doubtful = False
    for _ in range(MAX_ATTEMPTS):
        try:
            return transaction.commit()
        except (NotCurrentError, VersionChangedError, ParityError) as refused:
            if doubtful:
                raise OutcomeUnknownError from refused
            raise
        except (BotoCoreError, ClientError) as error:
            if not is_doubtful(error):
                raise
            doubtful = True
    raise OutcomeUnknownError


@cache
def once_table() -> Table:
    """The table, with a client that sends everything once."""
    return Table(new_client("dynamodb", attempts=1, max_pool_connections=32), table().name)


@cache
def usage_report_store() -> UsageReportStore:
    return UsageReportStore(once_table())
