"""Field types that several models share: the domain's checks, with the schema that the API shows for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from parity.domain.errors import CustomerNotFoundError
from parity.domain.identifiers import FORBIDDEN, checked_identifier, normalized
from parity.domain.text import MAX_CHARACTERS, repaired_text
from parity.domain.times import to_iso


class RequestModel(BaseModel):
    """Takes camelCase and snake_case (WIRE.md T1), and refuses fields that it does not know."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class ResponseModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


def _checked_email(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address: {error}") from error


def _schema(**schema: Any) -> WithJsonSchema:  # noqa: ANN401
    return WithJsonSchema({"type": "string", **schema})


Text = Annotated[str, AfterValidator(repaired_text), _schema(minLength=1, maxLength=MAX_CHARACTERS)]
Email = Annotated[str, AfterValidator(_checked_email), _schema(format="email")]
Identifier = Annotated[
    str,
    AfterValidator(checked_identifier),
    _schema(
        minLength=1,
        maxLength=MAX_CHARACTERS,
        description=f"Unique for ever, never changed, without {' '.join(FORBIDDEN)} and control characters.",
    ),
]
Timestamp = Annotated[datetime, PlainSerializer(to_iso), _schema(format="date-time")]


def _possible_identifier(identifier: str) -> str:
    """What is too long for an identifier is too long for a key as well, and names nobody."""
    if len(identifier) > MAX_CHARACTERS:
        raise CustomerNotFoundError(identifier[:MAX_CHARACTERS])
    return identifier


CustomerId = Annotated[
    str,
    Path(alias="customerId", description="The customer's identifier."),
    AfterValidator(unquote),
    AfterValidator(normalized),
    AfterValidator(_possible_identifier),
]
