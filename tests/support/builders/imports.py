"""Imports of customers, and what became of their rows."""

from __future__ import annotations

from typing import Any

from tests.support.answers import expect
from tests.support.fakes.functions import call

CSV = {"Content-Type": "text/csv"}


def import_rows(body: Any, **request: Any) -> dict[str, Any]:  # noqa: ANN401
    return expect(call("customers/import", body=body, **request), 200)


def list_outcomes(result: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Status and identifier of each row, after a check that rows and counts agree with them."""
    rows = result["results"]
    assert [row["row"] for row in rows] == list(range(1, len(rows) + 1))
    for status in ("created", "existing", "archived", "rejected", "unprocessed"):
        assert result[status] == sum(row["status"] == status for row in rows)
    return [(row["status"], row["customerId"]) for row in rows]
