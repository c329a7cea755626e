"""Parts that every operation has in the description of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

DESCRIPTIONS = {
    400: "The request is wrong: `code`, `detail` and `errors` say what and where.",
    404: "There is no such thing.",
    409: "The state of the thing does not allow it; `code` says why.",
    412: "`If-Match` names another version than the current one.",
    415: "The body's content type is not supported.",
    422: "The Idempotency-Key was used with another request.",
    503: "Nothing was written; send the request again.",
    504: "Whether it was counted is not known; `detail` says what to do.",
}


def describe_responses(success: int, description: str, *errors: int) -> dict[int, OpenAPIResponse]:
    """The responses of one operation by status: its success, and each error as a problem (RFC 9457)."""
    problem: dict[str, Any] = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }
    described: dict[int, Any] = {success: {"description": description}}
    return described | {
        status: {"description": DESCRIPTIONS[status], "content": problem} for status in errors
    }
