"""The identifier of a customer in a path, or in a query."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from parity.core.identifiers import checked_identifier, is_possible_identifier, normalize_identifier
from parity.core.text import MAX_CHARACTERS
from parity.customers.rules.errors import CustomerNotFoundError
from parity.http.declarations import AfterValidator, Path, Query, WithJsonSchema
from parity.http.models import IDENTIFIER_PATTERN


def _check_possible(identifier: str) -> str:
    """Raises CustomerNotFoundError for a text that is empty or too long to be an identifier."""
    if not is_possible_identifier(identifier):
        raise CustomerNotFoundError(identifier[:MAX_CHARACTERS])
    return identifier


def _check_filter(text: str) -> str:
    return text and checked_identifier(text)


CustomerId = Annotated[
    str,
    Path(alias="customerId", description="The customer's identifier."),
    AfterValidator(unquote),
    AfterValidator(normalize_identifier),
    AfterValidator(_check_possible),
]
CustomerFilter = Annotated[
    Annotated[
        str, WithJsonSchema({"type": "string", "maxLength": MAX_CHARACTERS, "pattern": IDENTIFIER_PATTERN})
    ],
    Query(description="Only those of this customer."),
    AfterValidator(_check_filter),
]
