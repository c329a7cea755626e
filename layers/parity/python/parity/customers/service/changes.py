"""Creating, changing, archiving, unarchiving and erasing customers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.core.identifiers import create_with_identifier
from parity.core.versions import check_version
from parity.customers.rules import customers as rules
from parity.customers.rules.errors import CustomerAlreadyExistsError, CustomerHasLiveSubscriptionsError
from parity.dynamodb.optimistic import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.customers.rules.customers import Customer, CustomerDraft
    from parity.customers.store.customers import AlsoWrite, CustomerStore
    from parity.subscriptions.rules.subscriptions import Subscription
    from parity.subscriptions.store.subscriptions import SubscriptionStore

    Recorder = Callable[[Customer], AnswerRecord | None]
    """Makes the record of the answer to keep under the request's Idempotency-Key; None without a key."""


MAX_BLOCKING = 20
"""How many of the live subscriptions the refusal to archive a customer names."""


@dataclass(frozen=True, slots=True)
class CustomerToChange:
    """The customer to change, and the versions that the caller allows; None allows any."""

    customer_id: str
    expected_versions: frozenset[int] | None = None


def create_customer(store: CustomerStore, draft: CustomerDraft, now: datetime, record: Recorder) -> Customer:
    """Raises CustomerAlreadyExistsError if the draft's identifier is in use.

    An identifier that is derived from the name gets a random suffix instead.
    """

    def create(customer_id: str) -> Customer:
        customer = rules.new_customer(draft, id=str(uuid4()), customer_id=customer_id, now=now)
        store.create(customer, record(customer))
        return customer

    return create_with_identifier(create, draft.customer_id, draft.name, CustomerAlreadyExistsError)


def update_customer(
    store: CustomerStore,
    target: CustomerToChange,
    changes: Mapping[str, Any],
    now: datetime,
) -> Customer:
    """Replaces these fields.

    Raises CustomerIsErasedError, CustomerIsArchivedError, StaleVersionError, CustomerNotFoundError.
    """
    return _change_stored(store, target, lambda customer: rules.change_customer(customer, changes, now))


def archive_customer(
    store: CustomerStore,
    subscriptions: SubscriptionStore,
    target: CustomerToChange,
    now: datetime,
    also_write: AlsoWrite,
) -> Customer:
    """Archives a customer, who loses all access at once. Does nothing if the customer is archived already.

    `also_write` adds what areas above this one write in the same transaction. Raises
    CustomerHasLiveSubscriptionsError with MAX_BLOCKING of the subscriptions, StaleVersionError,
    CustomerNotFoundError.
    """
    try:
        return _change_stored(
            store, target, lambda customer: rules.archive_customer(customer, now), also_write=also_write
        )
    except CustomerHasLiveSubscriptionsError as refused:
        live = (each for each in subscriptions.of_customer(target.customer_id) if each.is_live)
        blocking = [_describe_subscription(each) for each in islice(live, MAX_BLOCKING)]
        raise CustomerHasLiveSubscriptionsError(target.customer_id, refused.live, blocking) from None


def _describe_subscription(subscription: Subscription) -> dict[str, str]:
    return {
        "id": subscription.id,
        "planIdentifier": subscription.terms.plan,
        "status": subscription.status.value,
    }


def unarchive_customer(
    store: CustomerStore,
    target: CustomerToChange,
    now: datetime,
    record: Recorder,
    also_write: AlsoWrite,
) -> Customer:
    """Does nothing if the customer is active.

    `also_write` adds the snapshot of what the customer has again. Raises CustomerIsErasedError,
    StaleVersionError, CustomerNotFoundError.
    """
    return _change_stored(
        store, target, lambda customer: rules.unarchive_customer(customer, now), record, also_write
    )


def erase_customer(
    store: CustomerStore,
    target: CustomerToChange,
    now: datetime,
    record: Recorder,
) -> Customer:
    """Removes who the customer is, with its search entries, in one transaction (docs/decisions/0034).

    Does nothing if the customer is erased already. Raises CustomerIsNotArchivedError, StaleVersionError,
    CustomerNotFoundError.
    """
    return _change_stored(store, target, lambda customer: rules.erase_customer(customer, now), record)


def _change_stored(
    store: CustomerStore,
    target: CustomerToChange,
    rule: Callable[[Customer], Customer],
    record: Recorder = lambda _: None,
    also_write: AlsoWrite | None = None,
) -> Customer:
    """Reads the customer, applies the rule and writes the result. Starts again if it changed in between."""

    def attempt() -> Customer:
        old = store.get(target.customer_id)
        check_version(old.version, target.expected_versions)
        new = rule(old)
        if new is not old:
            store.replace(old, new, record(new), also_write)
        return new

    return retry(attempt)
