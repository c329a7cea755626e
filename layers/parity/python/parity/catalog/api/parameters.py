"""Parameters and fields that features and plans share (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import unquote

from parity.catalog.rules.errors import PlanNotFoundError
from parity.core.identifiers import MAX_SLUG_CHARACTERS, SLUG, checked_slug, is_possible_slug
from parity.core.text import MAX_CHARACTERS
from parity.http.declarations import (
    AfterValidator,
    BeforeValidator,
    Path,
    Query,
    SkipJsonSchema,
    WithJsonSchema,
)
from parity.http.models import WholeNumber

CATALOG_PAGE_SIZE = 100
MAX_VERSION = 1_000_000
IS_ARCHIVED = {"active": False, "archived": True, "all": None}


def _refuse_change(_: Any) -> None:  # noqa: ANN401
    raise ValueError("can never be changed.")


Immutable = SkipJsonSchema[Annotated[Any, BeforeValidator(_refuse_change)]]
SLUG_SCHEMA = {
    "type": "string",
    "pattern": f"^{SLUG.pattern}$",
    "maxLength": MAX_SLUG_CHARACTERS,
    "not": {"format": "uuid"},
}
Slug = Annotated[
    str,
    AfterValidator(checked_slug),
    WithJsonSchema(
        {
            **SLUG_SCHEMA,
            "description": "Unique for ever, and never changed. Derived from the name when left out.",
        }
    ),
]
FeaturePath = Annotated[
    str, Path(alias="feature", description="The feature's identifier or id."), AfterValidator(unquote)
]


def _check_possible_plan(identifier: str) -> str:
    if not is_possible_slug(identifier):
        raise PlanNotFoundError(identifier)
    return identifier


PlanPath = Annotated[
    str,
    Path(alias="plan", description="The plan's identifier."),
    AfterValidator(unquote),
    AfterValidator(_check_possible_plan),
]
CatalogStatus = Annotated[
    Literal["active", "archived", "all"],
    Query(description="Whether to list active ones, archived ones, or all."),
]
CatalogSearch = Annotated[
    str,
    Query(
        max_length=MAX_CHARACTERS,
        description="Finds what has each of these words somewhere in its name, identifier or description. "
        "Case and accents do not matter.",
    ),
]
PlanVersionNumber = Annotated[
    WholeNumber | None,
    Query(
        alias="version",
        ge=1,
        le=MAX_VERSION,
        description="When left out: the published version, or the draft of a plan that was never published.",
    ),
]
MigratedVersion = Annotated[
    WholeNumber, Path(alias="version", ge=1, le=MAX_VERSION, description="The version migrated to.")
]
