"""Answers kept under the caller's Idempotency-Key, written in the transaction that has the effect."""

from __future__ import annotations

import json
import zlib
from functools import cache
from typing import TYPE_CHECKING

from parity.core.errors import IdempotencyKeyReusedError
from parity.core.idempotency import RETENTION, AlreadyAnsweredError, Answer, AnswerRecord
from parity.core.times import now
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


MAX_BODY_BYTES = 380 * 1024
"""An item has at most 400 KB."""


class IdempotencyStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def check(self, idempotency_key: str, fingerprint: str) -> None:
        """Does nothing if the key is unused. Else raises an error.

        Raises AlreadyAnsweredError if the same request used the key, and IdempotencyKeyReusedError if another
        one did.
        """
        item = self.table.get(keys.idempotency(idempotency_key))
        if item and item["expiresAt"] > _seconds(now()):
            raise _seen(item, fingerprint)

    def keep(self, record: AnswerRecord) -> None:
        """Keeps an answer on its own, for an effect that is safe to repeat.

        An answer that is too large for an item is not kept. Then a retry of the request has the effect again,
        which does no harm.
        """
        if len(_packed(record)) > MAX_BODY_BYTES:
            return
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.commit()


def keep_answer(transaction: Transaction, record: AnswerRecord | None) -> None:
    """Adds the answer to the transaction that has the effect; does nothing without a record.

    The commit raises the errors of `IdempotencyStore.check` if the key was used meanwhile.
    """
    if record is None:
        return
    moment = now()
    transaction.put(
        {
            **keys.idempotency(record.idempotency_key),
            "fingerprint": record.fingerprint,
            "httpStatus": record.answer.status,
            "headers": json.dumps(dict(record.answer.headers)),
            "body": _packed(record),
            "expiresAt": _seconds(moment + RETENTION),
        },
        "attribute_not_exists(PK) OR expiresAt < :now",
        {":now": _seconds(moment)},
        refused=lambda item: _seen(item or {}, record.fingerprint),
    )


def _packed(record: AnswerRecord) -> bytes:
    return zlib.compress(record.answer.body.encode())


def _seen(item: Item, fingerprint: str) -> Exception:
    if item["fingerprint"] != fingerprint:
        return IdempotencyKeyReusedError()
    body = zlib.decompress(bytes(item["body"])).decode()
    return AlreadyAnsweredError(Answer(item["httpStatus"], json.loads(item["headers"]), body))


def _seconds(moment: datetime) -> int:
    """TTL attributes are whole seconds since 1970."""
    return int(moment.timestamp())


@cache
def idempotency_store() -> IdempotencyStore:
    return IdempotencyStore(table())
