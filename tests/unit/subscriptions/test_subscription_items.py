"""What a subscription is stored as. The round trip is in the tests of the operations."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from parity.core.actors import Actor, ActorKind, acting_as
from parity.dynamodb.items import to_wire
from parity.subscriptions.store.items import subscription_to_item
from tests.support.builders.counters import make_sample_entitlements
from tests.support.builders.subscriptions import make_subscription
from tests.support.fakes.dynamodb.sizes import WRITE_BYTES, count_item_bytes

SUBSCRIPTION_ID = "0b9a6c1e-41b7-4c57-9a0e-2f3d8b7a5510"
CUSTOMER_ID = "institute-of-technology"


@pytest.mark.parametrize("features", [1, 2, 3, 4, 5, 6, 8, 10, 20])
def test_a_subscription_to_a_usual_plan_takes_one_write_unit(features: int) -> None:
    made = make_subscription(*make_sample_entitlements(features), subscription_id=SUBSCRIPTION_ID)
    with acting_as(Actor(ActorKind.SCHEDULE)):
        item = subscription_to_item(replace(made, customer_id=CUSTOMER_ID, version=123))
    written = to_wire(item | {"writeId": "0123456789abcdef"})
    assert count_item_bytes(_as_sent(written)) <= WRITE_BYTES


def _as_sent(item: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """With bytes in base64."""
    return {
        name: {
            kind: base64.b64encode(value).decode() if kind == "B" else value for kind, value in typed.items()
        }
        for name, typed in item.items()
    }
