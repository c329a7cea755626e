"""Paths: names that nothing has, over every part of every path, and targets that no client would send."""

from __future__ import annotations

from collections.abc import Iterator

from parity.core.text import MAX_CHARACTERS
from tests.support.builders.descriptions import parameters_in
from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    Refusal,
    invalid,
    spoil,
    valid_path,
)

NOT_FOUND = Refusal(404, "not_found")
BAD_REQUEST = Refusal(400, "bad_request")
CODES = {
    "customerId": "customer_not_found",
    "deliveryId": "webhook_delivery_not_found",
    "endpointId": "webhook_endpoint_not_found",
    "feature": "feature_not_found",
    "grantId": "grant_not_found",
    "keyId": "api_key_not_found",
    "plan": "plan_not_found",
    "reservationId": "reservation_not_found",
    "subscriptionId": "subscription_not_found",
}
"""What an unknown part of a path is answered with; `version` is a number, and refused as a parameter."""

OTHER_CODES = {
    ("overrides/remove", "customerId"): "override_not_found",
    ("plan_features/remove", "feature"): "plan_feature_not_found",
    ("plan_migrations/get", "plan"): "migration_not_found",
    ("reservations/confirm", "customerId"): "reservation_not_found",
    ("reservations/release", "customerId"): "reservation_not_found",
}
"""Where the operation looks for what the whole path names."""

NAMES = {"1,100 bytes": "7" * 1100, "another path": "..%2F..%2Fapi-keys", "a byte of zero": "a%00b"}
"""Parts of a path, percent-encoded."""

NOWHERE = [
    "//",
    "*",
    "//api/v1/customers",
    "/api//v1/customers",
    "/api/v1//customers",
    "/api/v1/customers//",
    "/api/v1/customers//unarchive",
    "/api/v1/Customers",
    "/API/V1/customers",
    "/api/v2/customers",
    "/api/v1/customers/a/b",
    "/api/v1/customers/../api-keys",
    "/api/v1/customers/..;/api-keys",
    "/api/v1/customers;x=1",
    "/api/v1/customers%2Facme",
    "/api/v1/customers.json",
    "/dev/dev/api/v1/customers",
    "/prod/api/v1/customers",
    "/.env",
    "/.git/config",
    "/local/../api/v1/customers",
    "/2015-03-31/functions/x/invocations",
]
"""Targets that no route has."""

BROKEN = [
    "/api/v1/customers/%",
    "/api/v1/customers/%2",
    "/api/v1/customers/%zz",
    "/api/v1/customers/%u0041",
    f"/api/v1/customers/{'x' * 9000}",
    f"/api/v1/customers?search={'x' * 9000}",
    "/api/v1/customers?search=%",
]
"""Targets that the gateway cannot read."""

NOBODY = [
    "/api/v1/customers/.",
    "/api/v1/customers/..",
    "/api/v1/customers/%2e%2e",
    "/api/v1/customers/%252e%252e",
    "/api/v1/customers/%2F",
    "/api/v1/customers/%00",
    "/api/v1/customers/%0d%0aX-Injected:%201",
    "/api/v1/customers/%ff%fe",
    "/api/v1/customers/%c0%ae%c0%ae",
    "/api/v1/customers/%ed%a0%80",
    "/api/v1/customers/%20",
    "/api/v1/customers/%E2%80%AE",
    "/api/v1/customers/acme%23PROFILE",
    "/api/v1/customers/CUSTOMER%23acme",
    "/api/v1/customers/*",
    "/api/v1/customers/${jndi:ldap:x}",
    "/api/v1/customers/'%20OR%20'1'='1",
]
"""Identifiers that no customer can have."""


def list_paths() -> Iterator[HostileRequest]:
    for operation in ROUTES:
        for name in parameters_in("path", operation):
            for fault, value in NAMES.items():
                yield _with_part(operation, name, fault, value)
    yield from _list_targets()


def _with_part(operation: str, name: str, fault: str, value: str) -> HostileRequest:
    template = ROUTES[operation][1].split("/")
    parts = valid_path(operation).split("/")
    parts[template.index(f"{{{name}}}")] = value
    return spoil(
        operation, f"{{{name}}} is {fault}", _refusal(operation, name, value), target="/".join(parts)
    )


def _refusal(operation: str, name: str, value: str) -> Refusal:
    if name not in CODES:
        return invalid(name)
    if len(value) > MAX_CHARACTERS and name in {"customerId", "plan"}:  # refused before anything is read
        return Refusal(404, CODES[name])
    return Refusal(404, OTHER_CODES.get((operation, name), CODES[name]))


def _list_targets() -> Iterator[HostileRequest]:
    """For the operation that reads a customer, where a path has the wrong form."""
    for target in NOWHERE:
        yield spoil("customers/get", target[:60], NOT_FOUND, target=target)
    for target in BROKEN:
        yield spoil("customers/get", target[:60], BAD_REQUEST, target=target)
    for target in NOBODY:
        yield spoil("customers/get", target[:60], Refusal(404, "customer_not_found"), target=target)
