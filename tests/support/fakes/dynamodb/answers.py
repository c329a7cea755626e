"""Parts that answers have in common."""

from __future__ import annotations

from typing import Any

from tests.support.fakes.dynamodb.expressions import Request

Answer = dict[str, Any]


def report_units(request: Request, units: float) -> Answer:
    """The units, if the request asks for them. Requests of several items get a list, one entry per table."""
    if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return {}
    if "TableName" in request:
        return {"ConsumedCapacity": {"TableName": request["TableName"], "CapacityUnits": units}}
    return {"ConsumedCapacity": [{"CapacityUnits": units}]}
