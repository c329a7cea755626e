"""Keys of what a customer has: the snapshot with what a check reads behind it, and overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.customers.store.keys import customer, customer_of

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key

ENTITLEMENTS = "ENTITLEMENTS"
COUNTER = "ENTITLEMENTS#USED#"
RESERVATION = "ENTITLEMENTS#HELD#"
SUBSCRIPTION = "SUBSCRIPTION#"
OVERRIDES = ("OVERRIDE#", "GRANT#")
"""What the sort keys of those of a customer's items start with that entitlements are computed from."""


def entitlements(customer_id: str) -> Key:
    """The snapshot that checks read."""
    return {**customer(customer_id), "SK": ENTITLEMENTS}


def usage_counter(customer_id: str, feature: str) -> Key:
    """Sorts behind the snapshot, so that one Query reads both."""
    return {**customer(customer_id), "SK": f"{COUNTER}{feature}"}


def counter_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the feature."""
    return customer_of(key["PK"]), key["SK"].removeprefix(COUNTER)


def reservation_of(key: Key) -> tuple[str, str, str]:
    """The customer's identifier, the feature, which holds no `#`, and the reservation's id."""
    feature, _, id_ = key["SK"].removeprefix(RESERVATION).partition("#")
    return customer_of(key["PK"]), feature, id_


def override(customer_id: str, kind: str, feature: str, number: str = "") -> Key:
    """An override or a grant of a feature for one customer; a number tells a feature's grants apart."""
    return {**customer(customer_id), "SK": f"{kind.upper()}#{feature}{number and f'#{number}'}"}
