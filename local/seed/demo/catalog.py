"""A small product catalogue: features, and published plans with entitlements and prices."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from pathlib import Path

from local.seed.demo.api import Api, ConflictError, Json
from local.seed.demo.steps import Progress, run_steps

CATALOG = Path(__file__).with_name("catalog.json")


def load_catalog(api: Api, progress: Progress) -> None:
    """Create the features and publish the plans, except those that exist already."""
    catalog = json.loads(CATALOG.read_text(encoding="utf-8"))
    steps = [partial(_create_feature, api, feature) for feature in catalog["features"]]
    steps += [partial(_publish_plan, api, plan) for plan in catalog["plans"]]
    run_steps(steps, progress)


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
