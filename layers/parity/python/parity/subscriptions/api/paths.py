"""How a path names a subscription."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator

from parity.core.identifiers import is_uuid
from parity.subscriptions.rules.errors import SubscriptionNotFoundError


def _checked_id(subscription_id: str) -> str:
    """Whatever is no id is nobody's; nothing else gets near a key."""
    if not is_uuid(subscription_id):
        raise SubscriptionNotFoundError(subscription_id)
    return subscription_id.lower()


SubscriptionId = Annotated[
    str,
    Path(alias="subscriptionId", description="The subscription's id."),
    AfterValidator(unquote),
    AfterValidator(_checked_id),
]
