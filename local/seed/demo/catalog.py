"""A small product catalogue: features, and plans that are published with what they give and cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from local.seed.demo.api import Api, ConflictError, Json

CATALOG = Path(__file__).with_name("catalog.json")


def load_catalog(api: Api, progress: Callable[[int, int], None]) -> None:
    """Leaves alone what is there: features by their identifier, plans that were published."""
    catalog = json.loads(CATALOG.read_text(encoding="utf-8"))
    steps = [partial(_create_feature, api, feature) for feature in catalog["features"]]
    steps += [partial(_publish_plan, api, plan) for plan in catalog["plans"]]
    for done, step in enumerate(steps, start=1):
        step()
        progress(done, len(steps))


def _create_feature(api: Api, feature: Json) -> None:
    with suppress(ConflictError):
        api.post("/catalog/features", feature)


def _publish_plan(api: Api, plan: Json) -> None:
    path = f"/catalog/plans/{plan['identifier']}"
    with suppress(ConflictError):
        api.post("/catalog/plans", {"name": plan["name"], "identifier": plan["identifier"]})
    if api.get(path)["publishedVersion"]:
        return
    with suppress(ConflictError):
        api.post(f"{path}/features", {"planEntitlements": plan["entitlements"]})
    api.post(f"{path}/prices/bulk", {"prices": plan["prices"]})
    api.post(f"{path}/publish")
