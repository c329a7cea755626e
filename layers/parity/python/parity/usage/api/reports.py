"""Reported usage as it goes over the wire (WIRE.md section 3)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.catalog.rules.errors import FeatureNotFoundError
from parity.core import idempotency
from parity.core.errors import FieldProblem
from parity.core.idempotency import AlreadyAnsweredError, AnswerRecord
from parity.core.identifiers import is_possible_identifier, normalize_identifier
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.text import MAX_CHARACTERS
from parity.customers.rules.errors import CustomerNotFoundError
from parity.dynamodb.idempotency import idempotency_store, keep_answer
from parity.http.bodies import body_bytes
from parity.http.idempotency_keys import REPLAYED, fingerprint, read_key
from parity.http.lean import Answer, read_json_body
from parity.http.problem import refuse_fields, unknown_field
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.service.limits import Task
from parity.usage.service.reports import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from parity.http.lean import Event
    from parity.usage.service.reports import QuickStores

PATH = "/api/v1/report/usage"
EVENT_NAME = "aggregated.usage"
TEXTS = ("customerId", "featureId", "behaviour")
FIELDS = frozenset({*TEXTS, "value", "resourceId", "enforce"})
NAMES = {"customer_id": "customerId", "feature_id": "featureId", "resource_id": "resourceId"}
"""Some clients write them so (WIRE.md T1)."""


@dataclass(frozen=True, slots=True)
class UsageRequest:
    """A report, and what is just repeated in its answer."""

    report: Report
    resource_id: str | None
    enforce: bool


def usage_request(body: Mapping[str, Any]) -> UsageRequest:
    """From a JSON object. Raises InvalidFieldsError, or a NotFoundError for what can be nobody's name."""
    given = {NAMES.get(name, name): value for name, value in body.items()}
    refuse_fields(_problems(given))
    customer_id = normalize_identifier(given["customerId"])
    if not is_possible_identifier(customer_id):
        raise CustomerNotFoundError(customer_id[:MAX_CHARACTERS])
    if not is_possible_identifier(given["featureId"]):
        raise FeatureNotFoundError(given["featureId"][:MAX_CHARACTERS])
    report = Report(
        customer_id=customer_id,
        feature=given["featureId"],
        behaviour=Behaviour(given["behaviour"].upper()),
        value=int(given["value"]),
    )
    return UsageRequest(report, given.get("resourceId"), given.get("enforce") or False)


def _problems(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in (*TEXTS, "value"):
        if name not in given:
            yield FieldProblem(name, "is required.")
        elif name in TEXTS and not isinstance(given[name], str):
            yield FieldProblem(name, "must be text.")
    yield from _wrong_behaviour(given.get("behaviour"))
    yield from _wrong_value(given)
    if not isinstance(given.get("resourceId"), str | None):
        yield FieldProblem("resourceId", "must be text.")
    if not isinstance(given.get("enforce"), bool | None):
        yield FieldProblem("enforce", "must be true or false.")
    for name in sorted(given.keys() - FIELDS):
        yield unknown_field(name)


def _wrong_behaviour(behaviour: object) -> Iterator[FieldProblem]:
    if isinstance(behaviour, str) and behaviour.upper() not in set(Behaviour):
        yield FieldProblem("behaviour", "must be SET or DELTA.")


def _wrong_value(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if "value" not in given:
        return
    value = given["value"]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        yield FieldProblem("value", "must be a whole number.")
    elif abs(value) > MAX_EXACT_INTEGER:
        yield FieldProblem("value", "must be between -2^53 and 2^53.")
    elif value < 0 and str(given.get("behaviour")).upper() == Behaviour.SET:
        yield FieldProblem("value", "must not be negative where it is what was used in all.")


def receipt(request: UsageRequest, now: datetime) -> dict[str, Any]:
    """The answer; `orgId` is text and the key is made by us (WIRE.md section 3)."""
    report = request.report
    return {
        "value": report.value,
        "customerId": report.customer_id,
        "featureId": report.feature,
        "behaviour": report.behaviour,
        "resourceId": request.resource_id,
        "orgId": os.environ.get("ORGANISATION_ID", ""),
        "eventName": EVENT_NAME,
        "idempotencyKey": uuid4().hex,
        "timestamp": f"{now:%Y-%m-%d %H:%M:%S.%f}",
    }


def report_once(stores: QuickStores, event: Event, now: datetime) -> Answer:
    """Counts what the body says, once for each Idempotency-Key; raises what `usage_reports.count` does."""
    request = usage_request(read_json_body(event))
    answer = receipt(request, now)
    try:
        _count(stores, request, now, _record(event, answer))
    except AlreadyAnsweredError as seen:
        return Answer(json.loads(seen.answer.body), REPLAYED)
    return Answer(answer)


def _record(event: Event, answer: Mapping[str, Any]) -> AnswerRecord | None:
    """The answer under the request's key, if it has one."""
    key = read_key(event)
    if key is None:
        return None
    request = fingerprint("POST", PATH, body_bytes(event))
    return AnswerRecord(key, request, idempotency.Answer(HTTPStatus.OK, {}, json.dumps(answer)))


def _count(stores: QuickStores, request: UsageRequest, now: datetime, record: AnswerRecord | None) -> None:
    """What was answered before is answered again, even if it would be refused now."""
    if record:
        idempotency_store().check(record.idempotency_key, record.fingerprint)
    beside = partial(keep_answer, record=record) if record else None
    count(stores, Task(report=request.report, at=now, enforce=request.enforce, beside=beside))
