"""Faults between the AWS clients and moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from parity.dynamodb.table import Table
from parity.usage.store.reports import usage_report_store
from tests.support.fakes.clients import ENDPOINT, ProcessEnded

Put = Callable[..., Any]
PutFault = Callable[[int, Callable[[], Any]], Any]
"""Decides what happens to a PutItem, by its number from 1 and the function that carries it out."""


@contextmanager
def inject_put_fault(table: Table, fault: PutFault) -> Iterator[list[str]]:
    """Injects a fault into PutItem; gives the sort keys of the items that are put."""
    put: Put = table.client.put_item
    seen: list[str] = []

    def put_item(**request: Any) -> Any:  # noqa: ANN401
        seen.append(request["Item"]["SK"]["S"])
        return fault(len(seen), lambda: put(**request))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table.client, "put_item", put_item)
        yield seen


def resend_put(lost: int) -> PutFault:
    """Moto carries out the request, its answer is lost, and the AWS client sends it again."""

    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number == lost:
            put()
        return put()

    return fault


def end_process_after_put(last: int) -> PutFault:
    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number < last:
            return put()
        if number == last:
            put()
        raise ProcessEnded

    return fault


def refuse_puts(first: int, code: str = "ThrottlingException") -> PutFault:
    """Moto refuses all requests from this one on."""

    def fault(number: int, put: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number < first:
            return put()
        raise ClientError({"Error": {"Code": code, "Message": "refused"}}, "PutItem")

    return fault


Fault = Callable[..., Any]
"""Decides what happens to a request, by its number from 1 and the function that carries it out."""


@contextmanager
def inject_api_fault(table: Table, fault: Fault) -> Iterator[list[str]]:
    """Injects a fault into all requests; gives their names."""
    sent: list[str] = []
    clients: dict[int, Any] = {
        id(client): client for client in (table.client, usage_report_store().once.client)
    }
    with pytest.MonkeyPatch.context() as patch:
        for client in clients.values():
            patch.setattr(
                client, "_make_api_call", partial(_call_with_fault, client._make_api_call, fault, sent)
            )
        yield sent


def _call_with_fault(
    call_api: Fault, fault: Fault, sent: list[str], name: str, parameters: dict[str, Any]
) -> Any:  # noqa: ANN401
    sent.append(name)
    return fault(len(sent), lambda: call_api(name, parameters))


def lose_api_answer(lost: int, meanwhile: Callable[[], object] = lambda: None) -> Fault:
    """Moto carries out this request, `meanwhile` is called, and the answer is lost."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        answered = send()
        if number == lost:
            meanwhile()
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        return answered

    return fault


def lose_requests(first: int, times: int = 1, meanwhile: Callable[[], object] = lambda: None) -> Fault:
    """These requests never reach moto. The client sees a timeout."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if first <= number < first + times:
            meanwhile()
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        return send()

    return fault


def refuse_requests(code: str, times: int, status: int = 400) -> Fault:
    """Moto refuses the first requests."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number > times:
            return send()
        error: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(error, "UpdateItem")

    return fault
