"""The log of webhooks: deliveries newest first, and sending one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from parity.core.time_ranges import ALWAYS
from parity.dynamodb import keys
from parity.dynamodb.listing import walk_months
from parity.dynamodb.listing_pages import collect_uncounted_page
from parity.webhooks.rules.deliveries import RETENTION, Delivery, parse_delivery_id
from parity.webhooks.rules.errors import WebhookDeliveryNotFoundError
from parity.webhooks.store.delivery_queue import attempt_by_hand

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.paging import Page, PageRequest
    from parity.core.time_ranges import TimeRange
    from parity.webhooks.store.deliveries import DeliveryStore
    from parity.webhooks.store.delivery_queue import DeliveryQueue
    from parity.webhooks.store.endpoints import EndpointStore

QUERY_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries to list; None is no limit. `is_success` is about the last attempt."""

    endpoint_id: str | None = None
    event_type: str | None = None
    is_success: bool | None = None
    last_attempt: TimeRange = ALWAYS

    def matches(self, delivery: Delivery) -> bool:
        last = delivery.last_attempt
        return (
            self.event_type in {None, delivery.event_type}
            and self.is_success in {None, last is not None and last.outcome.is_delivered}
            and (self.last_attempt.is_open or (last is not None and last.on in self.last_attempt))
        )


@dataclass(frozen=True, slots=True)
class LogStores:
    deliveries: DeliveryStore
    endpoints: EndpointStore


def list_deliveries(
    stores: LogStores, wanted: DeliveryFilter, request: PageRequest, now: datetime
) -> Page[Delivery]:
    """One page. The count is of what was found so far, and the page may be short with a `next`.

    Of one endpoint it takes a Query per month that is read, of all of them one per endpoint and month. What
    was sent to an endpoint that was deleted is found by its id. Raises PageNotFoundError, and
    InvalidFieldsError for a page number that skips too much.
    """
    ids = [wanted.endpoint_id] if wanted.endpoint_id else [each.id for each in stores.endpoints.all()]
    readers = [partial(stores.deliveries.list_month, endpoint_id) for endpoint_id in ids]
    rows = walk_months(readers, _list_months(now), request, QUERY_ROWS)
    return collect_uncounted_page(rows, request, wanted.matches)


def _list_months(now: datetime) -> list[str]:
    """The months of which the log holds something, newest first."""
    days = (now - timedelta(days=each) for each in range(RETENTION.days + 1))
    return sorted(set(map(keys.month, days)), reverse=True)


def resend(stores: LogStores, queue: DeliveryQueue, delivery_id: str) -> Delivery:
    """Asks for an attempt at once, whatever became of the others, and returns the delivery as it is.

    Raises WebhookDeliveryNotFoundError, and WebhookEndpointNotFoundError if its endpoint was deleted.
    """
    id_ = parse_delivery_id(delivery_id)
    delivery = stores.deliveries.get(id_) if id_ else None
    if delivery is None:
        raise WebhookDeliveryNotFoundError(delivery_id)
    stores.endpoints.get(delivery.id.endpoint_id)
    queue.send([attempt_by_hand(delivery.id)])
    return delivery
