"""The types of events that endpoints choose from (docs/contract.md, "Webhooks")."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_UPDATED = "customer.updated"
    SUBSCRIPTION_CREATED = "subscription.created"
    SUBSCRIPTION_UPDATED = "subscription.updated"
    SUBSCRIPTION_CANCELLED = "subscription.cancelled"
    SUBSCRIPTION_PLAN_CHANGED = "subscription.plan_changed"
    USAGE_ALERT = "feature.usage_alert"


TEST = "webhook.test"
"""The type of the event that a person has sent to one endpoint; nobody else gets it."""
