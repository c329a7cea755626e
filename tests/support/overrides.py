"""Overrides and grants for tests, set and read by the handlers."""

from __future__ import annotations

from typing import Any

from tests.support.customers import answer
from tests.support.handlers import Reply, call


def set_override(feature: str = "exports", customer_id: str = "acme", **body: Any) -> Reply:  # noqa: ANN401
    path = {"customerId": customer_id, "feature": feature}
    return call("overrides/set", parameters=path, body=body)


def override(feature: str = "exports", customer_id: str = "acme", **body: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to setting one."""
    return answer(set_override(feature, customer_id, **body), 200)


def remove_override(feature: str = "exports", kind: str = "", customer_id: str = "acme") -> Reply:
    path = {"customerId": customer_id, "feature": feature}
    return call("overrides/remove", parameters=path, query=f"type={kind}" if kind else "")


def overrides(customer_id: str = "acme") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = answer(call("overrides/list", parameters={"customerId": customer_id}), 200)[
        "results"
    ]
    return rows
