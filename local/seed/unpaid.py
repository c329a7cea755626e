"""A subscription whose first payment is overdue.

Its start has to be in the past, which the API does not allow, so it is created without the API.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parity.catalog.store.plans import PlanStore
from parity.core.periods import ChargePeriod
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import EntitlementStore
from parity.subscriptions.rules.subscriptions import PAYMENT_DEADLINE
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionStores
from parity.subscriptions.store.subscriptions import SubscriptionStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def subscribe_unpaid(client: DynamoDBClient, table_name: str, customer_id: str) -> None:
    """Create it as of two days ago. The next scheduled run moves it to `incomplete_expired`."""
    table = Table(client, table_name)
    stores = SubscriptionStores(SubscriptionStore(table), EntitlementStore(table), PlanStore(table))
    offer = Offer(plan="team", charge_period=ChargePeriod.YEARLY)
    draft = SubscriptionDraft(customer_id=customer_id, offer=offer, awaits_payment=True)
    create_subscription(stores, draft, datetime.now(UTC) - 2 * PAYMENT_DEADLINE)
