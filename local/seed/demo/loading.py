"""The steps that load a set of demo data, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from local.seed.demo.api import Api
from local.seed.demo.catalog import load_catalog
from local.seed.demo.customers import load_customers
from local.seed.demo.subscriptions import NEVER_PAID, has_subscriptions, load_subscriptions
from local.seed.demo.usage import load_usage
from local.seed.demo.webhooks import load_webhook_endpoint

WITH_SUBSCRIPTIONS = {"small"}
"""The data sets with subscriptions and usage."""

DemoProgress = Callable[[str, int, int], None]


def load_demo(
    url: str, key: str, name: str, progress: DemoProgress, subscribe_unpaid: Callable[[str], None]
) -> list[str]:
    """Load a data set; a sentence for each customer that was refused. Raises DemoError.

    Loading it again adds the usage since then. `progress` gets what is loaded, how many are done and how many
    there are. `subscribe_unpaid` creates the one subscription that no request can create.
    """
    api = Api(url, key)
    refused = load_customers(api, name, partial(progress, "customers"))
    load_catalog(api, partial(progress, "catalogue"))
    if name in WITH_SUBSCRIPTIONS:
        load_subscriptions(api, partial(progress, "subscriptions"))
        if not has_subscriptions(api, NEVER_PAID):
            subscribe_unpaid(NEVER_PAID)
        load_usage(api, partial(progress, "usage"))
        load_webhook_endpoint(api)
    return refused
