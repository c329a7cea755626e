"""A webhook endpoint of the demo, disabled: nobody receives anything at an invented address."""

from __future__ import annotations

from local.seed.demo.api import Api

ENDPOINT = {
    "url": "https://shop.example/webhooks",
    "eventTypes": ["customer.created", "subscription.created", "subscription.cancelled"],
    "description": "The shop",
    "enabled": False,
}


def load_webhook_endpoint(api: Api) -> None:
    """Create the endpoint, unless there is one with its URL."""
    if ENDPOINT["url"] not in {endpoint["url"] for endpoint in api.get("/webhook-endpoints/")["results"]}:
        api.post("/webhook-endpoints/", ENDPOINT)
