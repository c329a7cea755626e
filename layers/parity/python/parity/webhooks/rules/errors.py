"""What can be wrong with a request about webhooks."""

from __future__ import annotations

from parity.core.errors import ConflictError, NotFoundError


class WebhookEndpointNotFoundError(NotFoundError):
    code = "webhook_endpoint_not_found"

    def __init__(self, endpoint_id: str) -> None:
        super().__init__(f"There is no webhook endpoint with the id {endpoint_id!r}.")


class TooManyWebhookEndpointsError(ConflictError):
    code = "too_many_webhook_endpoints"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} webhook endpoints already, and no more may be created.")


class WebhookDeliveryNotFoundError(NotFoundError):
    code = "webhook_delivery_not_found"

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"There is no entry with the id {delivery_id!r} in the log of webhooks.")
