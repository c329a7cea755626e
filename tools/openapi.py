"""Writes docs/openapi.json, the description of the API, from the handlers themselves.

Powertools makes most of it. This module corrects the rest: JSON Schema's names for bounds, the 422 that
Parity never answers for validation, the errors that the gateway answers, and CSV as a form of an import.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "openapi.json"

JSON_SCHEMA_NAMES = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum",
                     "min_length": "minLength", "max_length": "maxLength"}  # fmt: skip
FOR_TOKENS = {"checkEntitlements", "listEntitlements"}
"""What may be called with a customer token, too."""

NOT_BLANK = r"\S"
UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
GATEWAY_ERRORS = {
    "401": "The API key is missing or not valid.",
    "403": "The kind of the API key does not allow this, or the customer token is for another customer.",
    "413": "The body is too large.",
    "429": "Too many requests.",
    "500": "Something went wrong on our side.",
}
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What is wrong (RFC 9457). Each wrong field also has an array of texts under its name.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "requestId"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "requestId": {
            "type": "string",
            "description": "The gateway's id of the request, as in the header `X-Request-Id`.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Where in the body, as a JSON pointer."},
                    "parameter": {
                        "type": "string",
                        "description": "Which query parameter, path part or header.",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}
REQUEST_ID = {
    "description": "The gateway's id of the request. Logs and the `requestId` of a problem have it, too.",
    "schema": {"type": "string"},
}
RETRY_AFTER = {"description": "After how many seconds to try again.", "schema": {"type": "integer"}}
WAITING_STATUSES = {"429", "503"}
CSV = {
    "schema": {
        "type": "string",
        "description": "A title line and a row per customer, in UTF-8. Columns `name`, `identifier`, `email` "
        "and `billingId`; every other column goes into the metadata.",
    }
}


def described_operations() -> list[Path]:
    """The file that describes each operation: its handler, or the `openapi.py` beside a lean handler.

    Functions that no client calls, such as those behind a stream, have neither.
    """
    handlers = sorted(ROOT.glob("functions/*/*/app.py"))
    with_resolver = [path for path in handlers if "app = api()" in path.read_text(encoding="utf-8")]
    return [*with_resolver, *sorted(ROOT.glob("functions/*/*/openapi.py"))]


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document. Raises if a file does not import or two of them collide."""
    files = described_operations()
    for file in files:
        document = _merged([file])
        operations = sum(len(path) for path in document["paths"].values())
        if operations != 1:
            raise ValueError(f"{file} describes {operations} operations; it should describe one")
    _check_schemas(files)
    return _corrected(_merged(files))


def _merged(files: list[Path]) -> dict[str, Any]:
    merge = OpenAPIMerge(
        title="Parity",
        version="1",
        description="Customers, subscriptions, entitlements and usage. Query parameters and fields of a "
        "body are accepted in camelCase and in snake_case. Unknown ones are refused.",
        security_schemes={
            "apiKey": HTTPBearer(description="An API key: `Authorization: Bearer sk_...`"),
            "customerToken": HTTPBearer(
                description="A customer token, which reads one customer: `Authorization: Bearer ct_...`"
            ),
        },
        security=[{"apiKey": []}],
        on_conflict="error",
    )
    for file in files:
        merge.add_file(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document: dict[str, Any] = json.loads(merge.get_openapi_json_schema())
    return document


def _check_schemas(files: list[Path]) -> None:
    """Two models of the same name would silently overwrite each other."""
    seen: dict[str, Any] = {}
    for file in files:
        for name, schema in _merged([file])["components"]["schemas"].items():
            if seen.setdefault(name, schema) != schema:
                raise ValueError(f"{file} and an earlier handler have different models called {name}")


def _corrected(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for name in UNUSED_SCHEMAS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _correct_operation(operation, accepts_csv=path.endswith("/import"))
    renamed: dict[str, Any] = _renamed(document)
    return renamed


def _correct_operation(operation: dict[str, Any], *, accepts_csv: bool) -> None:
    responses = operation["responses"]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, text in GATEWAY_ERRORS.items():
        responses[status] = {"description": text, "content": problem}
    responses.get("204", {}).pop("content", None)
    _add_headers(responses)
    operation["responses"] = dict(sorted(responses.items()))
    if operation["operationId"] in FOR_TOKENS:
        operation["security"] = [{"apiKey": []}, {"customerToken": []}]
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            _correct_query_parameter(parameter["schema"])
    if accepts_csv:
        operation["requestBody"]["content"]["text/csv"] = CSV


def _correct_query_parameter(schema: dict[str, Any]) -> None:
    """A query has no null, no blank value, and no default that stands for a parameter that is left out."""
    if "anyOf" in schema:
        (kind,) = [each for each in schema.pop("anyOf") if each != {"type": "null"}]
        schema |= {name: value for name, value in kind.items() if name not in schema}
    text = schema.get("items", schema)
    if text.get("type") == "string" and not {"enum", "format"} & text.keys():
        text["pattern"] = NOT_BLANK
    if schema.get("default") == "":
        del schema["default"]


def _add_headers(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        headers = response.setdefault("headers", {})
        headers["X-Request-Id"] = REQUEST_ID
        if status in WAITING_STATUSES:
            headers["Retry-After"] = RETRY_AFTER


def _renamed(value: Any) -> Any:  # noqa: ANN401
    """With the bounds under the names that JSON Schema has for them."""
    if isinstance(value, list):
        return [_renamed(part) for part in value]
    if isinstance(value, dict):
        return {JSON_SCHEMA_NAMES.get(name, name): _renamed(part) for name, part in value.items()}
    return value


def text() -> str:
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    TARGET.write_text(text())
    sys.stdout.write(f"wrote {TARGET.relative_to(ROOT)}: {len(described_operations())} operations\n")


if __name__ == "__main__":
    main()
