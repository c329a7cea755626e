"""Changes on the event bus, for whoever reacts to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.activity.rules.changes import ChangeKind
from parity.activity.rules.events import describe_change, event_type_of
from parity.aws.event_bus import Event
from parity.subscriptions.rules.subscriptions import Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parity.activity.rules.changes import Change
    from parity.aws.event_bus import EventBus
    from parity.customers.rules.customers import Customer
    from parity.customers.store.customers import CustomerStore


def publish_changes(
    bus: EventBus, customers: CustomerStore, changes: Sequence[Change], organisation: str
) -> None:
    """Publishes each change of one customer; again with the same id if it was published before.

    Alerts are left out: whoever records one publishes it (docs/decisions/0022).
    """
    news = [change for change in changes if change.kind is not ChangeKind.ALERT_REACHED]
    about = {change.customer_id for change in news if isinstance(change.subject, Subscription)}
    customer = customers.get(about.pop()) if about else None
    bus.publish(_event_of(change, customer, organisation) for change in news)


def _event_of(change: Change, customer: Customer | None, organisation: str) -> Event:
    subject, previous = describe_change(change, customer, organisation)
    return Event(
        id=change.id,
        type=event_type_of(change),
        created_on=change.at,
        object=subject,
        previous_attributes=previous,
    )
