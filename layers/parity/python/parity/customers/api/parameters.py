"""The identifier of a customer in a path."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator

from parity.core.identifiers import is_possible_identifier, normalize_identifier
from parity.core.text import MAX_CHARACTERS
from parity.customers.rules.errors import CustomerNotFoundError


def _check_possible(identifier: str) -> str:
    """Raises CustomerNotFoundError for a text that is empty or too long to be an identifier."""
    if not is_possible_identifier(identifier):
        raise CustomerNotFoundError(identifier[:MAX_CHARACTERS])
    return identifier


CustomerId = Annotated[
    str,
    Path(alias="customerId", description="The customer's identifier."),
    AfterValidator(unquote),
    AfterValidator(normalize_identifier),
    AfterValidator(_check_possible),
]
