"""Writes docs/openapi.json, the description of the API, from the handlers themselves.

Powertools makes most of it. This module corrects the rest: JSON Schema's names for bounds, the 422 that
Parity never answers for validation, the errors that the gateway answers, and CSV as a form of an import.
`openapi_words` adds descriptions and examples.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from parity.customers.api.imports import MAX_ROWS
from parity.http import idempotency_keys
from tools.openapi_words import Writer

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "openapi.json"

JSON_SCHEMA_NAMES = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum",
                     "min_length": "minLength", "max_length": "maxLength"}  # fmt: skip
FOR_TOKENS = {"checkEntitlements", "listEntitlements"}
"""What may be called with a customer token, too."""

NOT_BLANK = r"\S"
HEADER_NAMES = {name.lower(): name for name in ("If-Match", idempotency_keys.NAME)}
NULL = {"type": "null"}
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
        "type": {"type": "string", "description": "Always `about:blank`: `code` says what is wrong."},
        "title": {"type": "string", "description": "The name of the status."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "requestId": {
            "type": "string",
            "description": "The gateway's id of the request, as in the header `X-Request-Id`.",
        },
        "errors": {
            "type": "array",
            "description": "What is wrong in the request, field by field.",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
    "additionalProperties": True,
}
FIELD_ERROR: dict[str, Any] = {
    "title": "FieldError",
    "description": "A part of the request that is wrong, which either `pointer` or `parameter` names.",
    "type": "object",
    "required": ["detail"],
    "properties": {
        "pointer": {"type": "string", "description": "Where in the body, as a JSON pointer."},
        "parameter": {"type": "string", "description": "Which query parameter, path part or header."},
        "detail": {"type": "string", "description": "What is wrong with it."},
    },
}
REQUEST_ID = {
    "description": "The gateway's id of the request. Logs and the `requestId` of a problem have it, too.",
    "schema": {"type": "string"},
    "example": "1c0c7706-7c48-4e8a-94f2-e510c0453269",
}
RETRY_AFTER = {
    "description": "After how many seconds to try again.",
    "schema": {"type": "integer"},
    "example": 1,
}
WAITING_STATUSES = {"429", "503"}
IMPORT = {
    "application/json": {
        "schema": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ROWS,
            "items": {"$ref": "#/components/schemas/CustomerCreate"},
            "description": "A row per customer. A row that is wrong is rejected by itself.",
        }
    },
    "text/csv": {
        "schema": {
            "type": "string",
            "minLength": 1,
            "description": "A title line and a row per customer, in UTF-8. Columns `name`, `identifier`, "
            "`email` and `billingId`; every other column goes into the metadata.",
        },
        "example": "name,email,tier\nMarisol Quint,marisol@quint.example,gold\n",
    },
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
    document = _corrected(_merged(files))
    texts = dict(map(_handler_text, files))
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.setdefault("description", texts[operation["operationId"]])
    Writer(document).fill()
    return document


def _handler_text(file: Path) -> tuple[str, str | None]:
    """The id of the operation that a file describes, and what the handler's docstring says about it."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            (route,) = node.decorator_list
            assert isinstance(route, ast.Call)  # noqa: S101 - a route is a call
            (name,) = [each.value for each in route.keywords if each.arg == "operation_id"]
            return ast.literal_eval(name), ast.get_docstring(node)
    raise ValueError(f"{file} has no route")


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
    schemas |= {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _correct_operation(operation, is_import=path.endswith("/import"))
    renamed: dict[str, Any] = _renamed(document)
    return renamed


def _correct_operation(operation: dict[str, Any], *, is_import: bool) -> None:
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
        _correct_parameter(parameter)
    if is_import:
        operation["requestBody"]["content"] = IMPORT
    elif "requestBody" in operation:
        _remove_null(operation["requestBody"]["content"]["application/json"]["schema"])


def _remove_null(schema: dict[str, Any]) -> None:
    """Neither a parameter nor a whole body can be null: it is left out."""
    if NULL in schema.get("anyOf", ()):
        (kind,) = [each for each in schema.pop("anyOf") if each != NULL]
        schema |= {name: value for name, value in kind.items() if name not in schema}


def _correct_parameter(parameter: dict[str, Any]) -> None:
    """A query has no blank value, and no default that stands for a parameter that is left out."""
    parameter["name"] = HEADER_NAMES.get(parameter["name"], parameter["name"])
    schema = parameter["schema"]
    _remove_null(schema)
    if parameter["in"] != "query":
        return
    text = schema.get("items", schema)
    if (
        text.get("type") == "string"
        and not {"enum", "format"} & text.keys()
        and not {"pattern", "anyOf"} & text.keys()
    ):
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
