"""Meters of features: which raw events count, and how they are aggregated (docs/http.md, "Catalogue")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.meters import FilterOperator
from parity.core.text import MAX_CHARACTERS
from parity.http.declarations import (
    AfterValidator,
    Field,
    GetPydanticSchema,
    TypeAliasType,
    WithJsonSchema,
    model_validator,
)
from parity.http.models import RequestModel, Text

if TYPE_CHECKING:
    from typing import Self

MAX_FILTERS = 20
NUMERIC_OPERATORS = {FilterOperator.GREATER_THAN, FilterOperator.LESS_THAN}


def _checked_value(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, (str, int, float)) or (isinstance(value, str) and len(value) > MAX_CHARACTERS):
        raise ValueError(f"must be a number, true, false, or text of at most {MAX_CHARACTERS} characters.")
    return value


FilterValue = Annotated[
    Any,
    AfterValidator(_checked_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": MAX_CHARACTERS},
                {"type": "number"},
                {"type": "boolean"},
            ]
        }
    ),
]


METER_FUNCTIONS = [each.value for each in Aggregation if each is not Aggregation.CHANGE]
AggregationFunction = TypeAliasType(
    "AggregationFunction",
    Annotated[
        str,
        GetPydanticSchema(lambda *_: {"type": "literal", "expected": METER_FUNCTIONS}),
        Field(title="AggregationFunction"),
    ],
)
"""An alias, so that the description of the API names the functions once."""


class AggregationModel(RequestModel):
    """COUNT counts events. Every other function aggregates the values of one property of the events."""

    function: AggregationFunction
    field: Annotated[
        Text | None,
        Field(description="The property whose values are aggregated. Required, except for COUNT."),
    ] = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.field is None) != (self.function == Aggregation.COUNT):
            raise ValueError("must have a field for every function except COUNT, which has none.")
        return self


class FilterModel(RequestModel):
    """CONTAINS compares texts. GREATER_THAN and LESS_THAN compare numbers. The others compare any values."""

    property: Text
    operator: FilterOperator
    value: FilterValue

    @model_validator(mode="after")
    def _check(self) -> Self:
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        if self.operator in NUMERIC_OPERATORS and not is_number:
            raise ValueError(f"must have a number as its value for {self.operator}.")
        if self.operator is FilterOperator.CONTAINS and not isinstance(self.value, str):
            raise ValueError("must have a text as its value for CONTAINS.")
        return self


class MeterModel(RequestModel):
    """Counts the events of this name that match all filters of any one group.

    Without groups, it counts every event of this name.
    """

    event_name: Text
    aggregation: AggregationModel
    filters: Annotated[
        list[Annotated[list[FilterModel], Field(min_length=1, max_length=MAX_FILTERS)]],
        Field(
            max_length=MAX_FILTERS,
            default_factory=list,
            description="Groups of filters. An event has to match all filters of one group.",
        ),
    ]
