"""Creating, changing, archiving and unarchiving customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.core.identifiers import derived, with_random_suffix
from parity.core.versions import check_expected
from parity.customers.rules import customers as rules
from parity.customers.rules.errors import CustomerHasLiveSubscriptionsError
from parity.customers.store.customers import CustomerStore, CustomerTakenError
from parity.dynamodb.optimistic import retried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.customers.rules.customers import Customer, CustomerDraft
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Recorder = Callable[[Customer], AnswerRecord | None]
    """Renders the answer that is kept under the request's Idempotency-Key, if it has one."""


def create_customer(store: CustomerStore, draft: CustomerDraft, now: datetime, record: Recorder) -> Customer:
    """Raises CustomerAlreadyExistsError for a given identifier; a derived one gets a suffix instead."""
    if draft.customer_id:
        return _create(store, draft, draft.customer_id, now, record)
    identifier = derived(draft.name)
    try:
        return _create(store, draft, identifier, now, record)
    except CustomerTakenError:
        return _create(store, draft, with_random_suffix(identifier), now, record)


def _create(
    store: CustomerStore, draft: CustomerDraft, customer_id: str, now: datetime, record: Recorder
) -> Customer:
    customer = rules.new_customer(draft, id=str(uuid4()), customer_id=customer_id, now=now)
    store.create(customer, record(customer))
    return customer


def update_customer(
    store: CustomerStore,
    customer_id: str,
    changes: Mapping[str, Any],
    now: datetime,
    expected_versions: frozenset[int] | None,
) -> Customer:
    """Replaces the named fields. Raises CustomerIsArchivedError, StaleVersionError, CustomerNotFoundError."""
    return _change(
        store, customer_id, lambda customer: rules.changed(customer, changes, now), expected_versions
    )


def archive_customer(
    store: CustomerStore,
    subscriptions: SubscriptionStore,
    customer_id: str,
    now: datetime,
    expected_versions: frozenset[int] | None,
) -> Customer:
    """Takes all access away; does nothing if it is archived.

    Raises CustomerHasLiveSubscriptionsError, which names them.
    """
    try:
        return _change(store, customer_id, lambda customer: rules.archived(customer, now), expected_versions)
    except CustomerHasLiveSubscriptionsError as refused:
        blocking = [_blocking(each) for each in subscriptions.of_customer(customer_id) if each.is_live]
        raise CustomerHasLiveSubscriptionsError(customer_id, refused.subscriptions, blocking) from None


def _blocking(subscription: Subscription) -> dict[str, str]:
    return {
        "id": subscription.id,
        "planIdentifier": subscription.terms.plan,
        "status": subscription.status.value,
    }


def unarchive_customer(
    store: CustomerStore,
    customer_id: str,
    now: datetime,
    expected_versions: frozenset[int] | None,
    record: Recorder,
) -> Customer:
    return _change(
        store, customer_id, lambda customer: rules.unarchived(customer, now), expected_versions, record
    )


def _change(
    store: CustomerStore,
    customer_id: str,
    rule: Callable[[Customer], Customer],
    expected_versions: frozenset[int] | None,
    record: Recorder = lambda _: None,
) -> Customer:
    """Reads, applies the rule and writes; again from the start when somebody else wrote in between."""

    def attempt() -> Customer:
        old = store.get(customer_id)
        check_expected(old.version, expected_versions)
        new = rule(old)
        if new is not old:
            store.replace(old, new, record(new))
        return new

    return retried(attempt)
