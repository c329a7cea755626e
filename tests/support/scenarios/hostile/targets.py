"""What the hostile requests are about, so that each would have an effect without its fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.fakes.gateway import load_sample_event
from tests.support.scenarios.hostile.hostile_request import SAMPLE_CUSTOMER
from tests.support.scenarios.http_plans import publish_plan, subscribe_customer

FEATURES = {"exports": "METER", "sso": "BOOLEAN"}
PLAN = "pro"
CHOSEN_BY_SERVER: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "keyId": ("api_keys_revoke", "/api-keys", {"name": "Hostile", "kind": "rk"}),
    "grantId": (
        "grants_remove",
        f"/customers/{SAMPLE_CUSTOMER}/grants",
        {"featureId": "exports", "value": 1},
    ),
    "reservationId": (
        "reservations_release",
        f"/customers/{SAMPLE_CUSTOMER}/reservations",
        {"featureId": "exports", "value": 1, "expiresInSeconds": 86_400},
    ),
}
"""By part of a path: a sample that has it, and the call that creates one."""


def create_targets(client: httpx.Client) -> Mapping[str, str]:
    """Creates what the samples name; returns the ids that the server chose, by those in the samples."""
    for name, feature_type in FEATURES.items():
        _post(client, "/catalog/features", {"name": name, "featureType": feature_type})
    publish_plan(client, PLAN, {"exports": {"value": 100, "reset": "EVERY_MONTH", "hardLimit": True}})
    subscription = subscribe_customer(client, SAMPLE_CUSTOMER, PLAN)
    ids = {_sample_id("subscriptions_get", "subscriptionId"): subscription["id"]}
    for name, (sample, path, body) in CHOSEN_BY_SERVER.items():
        created = _post(client, path, body)
        ids[_sample_id(sample, name)] = created[name] if name in created else created["id"]
    return ids


def _sample_id(sample: str, name: str) -> str:
    found: str = load_sample_event(sample)["pathParameters"][name]
    return found


def _post(client: httpx.Client, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = json.loads(answer.content)
    return created
