"""Events as callers report them, and writes of them that go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from parity.dynamodb.table import Table
from parity.metering.store.events import event_store
from tests.support.faults import ProcessEnded

EVENT = {
    "customerId": "acme",
    "eventName": "completion",
    "idempotencyKey": "k-1",
    "timestamp": "2026-03-15 11:59:30.004217",
    "properties": {"tokensUsed": 412, "cost": 0.1, "model": {"name": "ação"}},
    "resourceId": "job-1",
}
"""Half a minute before MOMENT."""

Put = Callable[..., Any]
Fault = Callable[[int, Callable[[], Any]], Any]
"""What becomes of a PutItem, by its number from 1 and the way to carry it out."""


def event(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """The event with fields changed, or left out where they are `...`."""
    return {name: value for name, value in {**EVENT, **changes}.items() if value is not ...}


def stored_keys(hour: datetime, customer_id: str = "acme") -> list[str]:
    """What is in the table, in the order of the keys."""
    return [found.idempotency_key for found in event_store().of_hour(customer_id, hour)]


@contextmanager
def faulty_puts(table: Table, fault: Fault) -> Iterator[list[str]]:
    """A fault between the client's PutItem and moto; gives the keys of the events that were put meanwhile."""
    put: Put = table.client.put_item
    seen: list[str] = []

    def put_item(**request: Any) -> Any:  # noqa: ANN401
        seen.append(request["Item"]["SK"]["S"])
        return fault(len(seen), lambda: put(**request))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table.client, "put_item", put_item)
        yield seen


def answer_lost(lost: int) -> Fault:
    """The engine carries out the request; its answer gets lost, and the AWS client sends it again."""

    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number == lost:
            put()
        return put()

    return fault


def process_ends_after(last: int) -> Fault:
    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number < last:
            return put()
        if number == last:
            put()
        raise ProcessEnded

    return fault


def refused(first: int, code: str = "ThrottlingException") -> Fault:
    """The engine carries out nothing from this request on."""

    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number < first:
            return put()
        raise ClientError({"Error": {"Code": code, "Message": "refused"}}, "PutItem")

    return fault
