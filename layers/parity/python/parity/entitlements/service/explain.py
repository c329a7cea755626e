"""Checks that say why access is denied, one by one and in batches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.customers.rules.errors import CustomerNotFoundError
from parity.entitlements.rules.evaluation import DenialReason, Entitlement
from parity.entitlements.service.check import check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.store.checks import CheckData, CheckStore

WORKERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCheck:
    """The question whether a customer may use `requested` more of a feature, or of all that it has."""

    customer_id: str
    feature: str | None = None
    requested: int = 0


def explain(
    store: CheckStore, features: FeatureStore, question: CustomerCheck, at: datetime
) -> list[Entitlement]:
    """The answers, with the reason of each denial. Raises CustomerNotFoundError.

    One request, and one more where the feature is in no source and so may not exist.
    """
    data = store.read_for_check(question.customer_id)
    if data.snapshot is None:
        raise CustomerNotFoundError(question.customer_id)
    answers = _answer(data, question, at)
    if question.feature is None or data.snapshot.archived:
        return answers
    return [
        replace(answer, reason=DenialReason.FEATURE_NOT_FOUND)
        if answer.feature_type is None and not _exists(features, answer.feature)
        else answer
        for answer in answers
    ]


def conceal_customer(answer: Entitlement) -> Entitlement:
    """The answer for a caller who must not learn which customers exist.

    Whether the customer is unknown, archived, not subscribed or without the feature is the same answer. So is
    whether the feature exists.
    """
    if answer.sources:
        return answer
    return Entitlement(
        feature=answer.feature, feature_type=None, has_access=False, reason=DenialReason.NOT_IN_SUBSCRIPTION
    )


def _answer(data: CheckData, question: CustomerCheck, at: datetime) -> list[Entitlement]:
    return check(data, at, None if question.feature is None else [question.feature], question.requested)


def _exists(features: FeatureStore, feature: str) -> bool:
    return bool(features.get_many([feature]))


def check_many(store: CheckStore, questions: Sequence[CustomerCheck], at: datetime) -> list[Entitlement]:
    """The answers in the order of the questions. Each customer is read once, several at a time."""
    data = _read_customers(store, list(dict.fromkeys(question.customer_id for question in questions)))
    return [
        entitlement
        for question in questions
        for entitlement in _answer(data[question.customer_id], question, at)
    ]


def _read_customers(store: CheckStore, customer_ids: list[str]) -> dict[str, CheckData]:
    """Without threads for one customer, who is most of the batches: they cost more than the reading."""
    if len(customer_ids) == 1:
        return {customer_ids[0]: store.read_for_check(customer_ids[0])}
    with ThreadPoolExecutor(WORKERS) as workers:
        read = workers.map(store.read_for_check, customer_ids)
        return dict(zip(customer_ids, read, strict=True))
