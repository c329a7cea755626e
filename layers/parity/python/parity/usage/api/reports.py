"""Reported usage as it goes over the wire (docs/contract.md, "Reported usage")."""

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
from parity.core.identifiers import is_possible_identifier, is_possible_slug, normalize_identifier
from parity.core.numbers import MAX_EXACT_INTEGER, read_integer
from parity.core.text import MAX_CHARACTERS
from parity.customers.rules.errors import CustomerNotFoundError
from parity.dynamodb.idempotency import idempotency_store, keep_answer
from parity.http.idempotency_keys import REPLAYED, fingerprint, read_key
from parity.http.lean import Answer, read_json_body
from parity.http.problem import refuse_fields, rename_fields, unknown_field
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from parity.http.lean import Event
    from parity.usage.service.reports import ReportStores

PATH = "/api/v1/report/usage"
EVENT_NAME = "aggregated.usage"
TEXTS = ("customerId", "featureId", "behaviour")
FIELDS = frozenset({*TEXTS, "value", "resourceId", "enforce"})
NAMES = {"customer_id": "customerId", "feature_id": "featureId", "resource_id": "resourceId"}
"""Names in snake case, which some clients send (docs/contract.md T1)."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report with its options; `resource_id` is only repeated in the answer."""

    report: Report
    resource_id: str | None
    enforce: bool


def parse_report(body: Mapping[str, Any]) -> ReportRequest:
    """Reads a JSON object.

    Raises InvalidFieldsError; CustomerNotFoundError or FeatureNotFoundError for a name that no key can hold.
    """
    given = rename_fields(body, NAMES)
    refuse_fields(_field_problems(given))
    customer_id = normalize_identifier(given["customerId"])
    if not is_possible_identifier(customer_id):
        raise CustomerNotFoundError(customer_id[:MAX_CHARACTERS])
    if not is_possible_slug(given["featureId"]):
        raise FeatureNotFoundError(given["featureId"][:MAX_CHARACTERS])
    report = Report(
        customer_id=customer_id,
        feature=given["featureId"],
        behaviour=Behaviour(given["behaviour"].upper()),
        value=int(given["value"]),
    )
    return ReportRequest(report, given.get("resourceId"), given.get("enforce") or False)


def _field_problems(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in (*TEXTS, "value"):
        if name not in given:
            yield FieldProblem(name, "is required.")
        elif name in TEXTS and not isinstance(given[name], str):
            yield FieldProblem(name, "must be text.")
    yield from _behaviour_problems(given.get("behaviour"))
    yield from _value_problems(given)
    yield from _resource_problems(given.get("resourceId"))
    if not isinstance(given.get("enforce"), bool | None):
        yield FieldProblem("enforce", "must be true or false.")
    for name in sorted(given.keys() - FIELDS):
        yield unknown_field(name)


def _resource_problems(resource_id: object) -> Iterator[FieldProblem]:
    if not isinstance(resource_id, str | None):
        yield FieldProblem("resourceId", "must be text.")
    elif resource_id and len(resource_id) > MAX_CHARACTERS:
        yield FieldProblem("resourceId", f"must have at most {MAX_CHARACTERS} characters.")


def _behaviour_problems(behaviour: object) -> Iterator[FieldProblem]:
    if isinstance(behaviour, str) and behaviour.upper() not in set(Behaviour):
        yield FieldProblem("behaviour", "must be SET or DELTA.")


def _value_problems(given: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if "value" not in given:
        return
    value = read_integer(given["value"])
    if value is None:
        yield FieldProblem("value", "must be a whole number.")
    elif abs(value) > MAX_EXACT_INTEGER:
        yield FieldProblem("value", "must be between -2^53 and 2^53.")
    elif value < 0 and str(given.get("behaviour")).upper() == Behaviour.SET:
        yield FieldProblem("value", "must not be negative with SET.")


def build_receipt(request: ReportRequest, now: datetime) -> dict[str, Any]:
    """The answer. `orgId` is text, and `idempotencyKey` is made here (docs/contract.md, "Reported usage")."""
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


def count_report_once(stores: ReportStores, event: Event, now: datetime) -> Answer:
    """Counts the report in the body, once per Idempotency-Key. Raises what `count_report` does."""
    body = read_json_body(event)
    request = parse_report(body)
    answer = build_receipt(request, now)
    try:
        _count(stores, request, now, _answer_record(event, body, answer))
    except AlreadyAnsweredError as seen:
        return Answer(json.loads(seen.answer.body), REPLAYED)
    return Answer(answer)


def _answer_record(event: Event, body: Mapping[str, Any], answer: Mapping[str, Any]) -> AnswerRecord | None:
    """The answer to store under the request's Idempotency-Key; None without a key."""
    key = read_key(event)
    if key is None:
        return None
    request = fingerprint("POST", PATH, body)
    return AnswerRecord(key, request, idempotency.Answer(HTTPStatus.OK, {}, json.dumps(answer)))


def _count(stores: ReportStores, request: ReportRequest, now: datetime, record: AnswerRecord | None) -> None:
    """Raises AlreadyAnsweredError for a key that has an answer, even if the report would be refused now."""
    if record:
        idempotency_store().check(record.idempotency_key, record.fingerprint)
    add_writes = partial(keep_answer, record=record) if record else None
    counted = CountRequest(report=request.report, at=now, enforce=request.enforce, add_writes=add_writes)
    count_report(stores, counted)
