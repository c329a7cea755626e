"""Usage that is reported by the handlers, and what checks and counters say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from parity.catalog.rules.features import FeatureType
from parity.catalog.rules.plans import PlanEntitlement
from parity.customers.store.customers import customer_store
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from parity.usage.store.reports import usage_report_store
from tests.support.catalog import create_feature
from tests.support.customers import answer, customer
from tests.support.entitlements import MOMENT, recomputed, set_clock
from tests.support.faults import ENDPOINT
from tests.support.handlers import Reply, call
from tests.support.subscribed import sell, subscribed_at
from tests.support.subscriptions import START, given

Fault = Callable[..., Any]
"""What becomes of a request, by its number from 1 and the way to carry it out."""

CLOCKED = (
    "report/usage",
    "reservations/create",
    "reservations/confirm",
    "reservations/list",
    "usage/reset",
    "entitlements/check",
    "entitlements/recompute",
)
RAW: dict[str, Any] = {
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": {"eventName": "done", "aggregation": {"function": "SUM", "field": "n"}},
}
"""What makes a feature one whose usage is counted from events."""


def set_clocks(monkeypatch: pytest.MonkeyPatch, moment: datetime = MOMENT) -> None:
    """The time at which all that counts or shows usage believes to be called."""
    for operation in CLOCKED:
        set_clock(monkeypatch, operation, moment)


def acme_entitled_to(*entitlements: PlanEntitlement) -> str:
    """Subscribes `acme`, a new customer, to a plan that gives these, from START on; the subscription's id."""
    customer_store().create(customer("Acme"))
    for each in entitlements:
        create_feature(each.feature.title(), each.feature_type)
    sell("pro", gives=entitlements)
    subscription_id = subscribed_at(START)
    recomputed()
    return subscription_id


def metered(value: int | None = 100, **details: Any) -> PlanEntitlement:  # noqa: ANN401
    """A hard limit, unless told otherwise."""
    return given(value=value, feature_type=FeatureType.METER, **{"hard_limit": True, **details})


def report(value: Any = 1, behaviour: str = "DELTA", key: str | None = None, **body: Any) -> Reply:  # noqa: ANN401
    sent = {"customerId": "acme", "featureId": "exports", "behaviour": behaviour, "value": value, **body}
    return call("report/usage", body=sent, headers={"Idempotency-Key": key} if key else None)


def reported(value: int = 1, behaviour: str = "DELTA", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to a report that is counted."""
    return answer(report(value, behaviour, **more), 200)


def counter(feature: str = "exports", customer_id: str = "acme") -> UsageCounter:
    """As it is stored, after a check that it is consistent in itself."""
    found = counter_store().get(UsageKey(customer_id, feature))
    assert found is not None
    item = counter_store().table.get(keys.usage_counter(customer_id, feature))
    assert item is not None
    assert item["taken"] == item["used"] + item["held"]
    return found


def used(feature: str = "exports") -> list[int]:
    """In each of the counter's windows."""
    return [int(window.used) for window in counter(feature).windows]


def reserve(value: int = 5, key: str | None = None, **body: Any) -> Reply:  # noqa: ANN401
    return call(
        "reservations/create",
        parameters={"customerId": "acme"},
        body={"featureId": "exports", "value": value, **body},
        headers={"Idempotency-Key": key} if key else None,
    )


def reserved(value: int = 5, **more: Any) -> str:  # noqa: ANN401
    """The id of a reservation that is made."""
    return str(answer(reserve(value, **more), 201)["reservationId"])


def settle(verb: str, reservation_id: str, key: str | None = None, body: Any = None) -> Reply:  # noqa: ANN401
    """Confirms or releases one."""
    return call(
        f"reservations/{verb}",
        parameters={"customerId": "acme", "reservationId": reservation_id},
        body=body,
        headers={"Idempotency-Key": key} if key else None,
    )


def pending() -> list[dict[str, Any]]:
    page = answer(call("reservations/list", parameters={"customerId": "acme"}), 200)
    assert page["count"] == len(page["results"])
    return list(page["results"])


def reset(feature: str = "exports", key: str | None = None, body: Any = None) -> Reply:  # noqa: ANN401
    return call(
        "usage/reset",
        parameters={"customerId": "acme", "feature": feature},
        body=body,
        headers={"Idempotency-Key": key} if key else None,
    )


@contextmanager
def faults_of_dynamodb(table: Table, fault: Fault) -> Iterator[list[str]]:
    """A fault between all clients and moto; gives the names of the requests made meanwhile."""
    sent: list[str] = []
    clients: dict[int, Any] = {
        id(client): client for client in (table.client, usage_report_store().once.client)
    }
    with pytest.MonkeyPatch.context() as patch:
        for client in clients.values():
            patch.setattr(client, "_make_api_call", partial(_faulty, client._make_api_call, fault, sent))
        yield sent


def _faulty(call_api: Fault, fault: Fault, sent: list[str], name: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
    sent.append(name)
    return fault(len(sent), lambda: call_api(name, parameters))


def answer_lost(lost: int, meanwhile: Callable[[], object] = lambda: None) -> Fault:
    """The engine carries out this request, something else happens, and the answer never comes."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        answered = send()
        if number == lost:
            meanwhile()
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        return answered

    return fault


def never_arrives(first: int, times: int = 1, meanwhile: Callable[[], object] = lambda: None) -> Fault:
    """The engine does not get these requests, which the client cannot know."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if first <= number < first + times:
            meanwhile()
            raise ReadTimeoutError(endpoint_url=ENDPOINT)
        return send()

    return fault


def refused_with(code: str, times: int, status: int = 400) -> Fault:
    """The engine refuses the first requests."""

    def fault(number: int, send: Callable[[], Any]) -> Any:  # noqa: ANN401
        if number > times:
            return send()
        error: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(error, "UpdateItem")

    return fault
