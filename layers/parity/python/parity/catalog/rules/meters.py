"""Meters: which events a feature counts (docs/usage.md, "Events").

What a counted event adds is in `metering/rules/event_values`. A meter never changes its answer for an event.
So usage can be computed again from the stored events.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.event_properties import canonical_text, find_property, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.catalog.rules.features import Feature


class FilterOperator(StrEnum):
    """How a filter compares a property of an event with its own value."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    CONTAINS = "CONTAINS"
    GREATER_THAN = "GREATER_THAN"
    LESS_THAN = "LESS_THAN"


class Event(Protocol):
    """What a meter looks at in an event."""

    @property
    def name(self) -> str: ...
    @property
    def properties(self) -> object: ...
    @property
    def received_on(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition for one property of an event. `value` is a text, a number, True or False."""

    property: str
    operator: FilterOperator
    value: object

    def matches(self, properties: object) -> bool:
        return COMPARISONS[self.operator](find_property(properties, self.property), self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Which events a feature counts. `field` is the property whose values are aggregated, None for COUNT.

    `filters` are groups: an event has to match all filters of any one group.
    """

    feature: str
    event_name: str
    function: Aggregation
    field: str | None
    filters: tuple[tuple[Filter, ...], ...]
    created_on: datetime

    def counts(self, event: Event) -> bool:
        """Whether the event has the meter's name, was received since the meter exists, and matches a group.

        Without groups every such event counts.
        """
        return (
            event.name == self.event_name
            and event.received_on >= self.created_on
            and (not self.filters or any(_match_all(group, event) for group in self.filters))
        )


def _match_all(group: tuple[Filter, ...], event: Event) -> bool:
    return all(each.matches(event.properties) for each in group)


def meter_of(feature: Feature) -> Meter:
    """Raises ValueError for a feature without a meter."""
    if feature.meter is None:
        raise ValueError(f"The feature {feature.identifier} counts no events.")
    return read_meter(feature.identifier, feature.meter, feature.created_on)


def aggregation_of(feature: Feature) -> Aggregation:
    """The function of the feature's meter; CHANGE for a METER feature whose usage is reported."""
    return meter_of(feature).function if feature.meter else Aggregation.CHANGE


def read_meter(feature: str, definition: Mapping[str, Any], created_on: datetime) -> Meter:
    """The meter of a feature from its definition, which is JSON in the names of the API."""
    return Meter(
        feature=feature,
        event_name=definition["eventName"],
        function=Aggregation(definition["aggregation"]["function"]),
        field=definition["aggregation"]["field"],
        filters=tuple(tuple(map(_read_filter, group)) for group in definition["filters"]),
        created_on=created_on,
    )


def _read_filter(definition: Mapping[str, Any]) -> Filter:
    return Filter(definition["property"], FilterOperator(definition["operator"]), definition["value"])


def _is_equal(found: object, value: object) -> bool:
    text = canonical_text(found)
    return text is not None and text == canonical_text(value)


def _contains(found: object, value: object) -> bool:
    return isinstance(found, str) and isinstance(value, str) and value in found


def _is_greater(one: object, other: object) -> bool:
    left, right = read_number(one), read_number(other)
    return left is not None and right is not None and left > right


COMPARISONS: Mapping[FilterOperator, Callable[[object, object], bool]] = {
    FilterOperator.EQUALS: _is_equal,
    FilterOperator.NOT_EQUALS: lambda found, value: not _is_equal(found, value),
    FilterOperator.CONTAINS: _contains,
    FilterOperator.GREATER_THAN: _is_greater,
    FilterOperator.LESS_THAN: lambda found, value: _is_greater(value, found),
}
"""What each operator does with the value of the event's property, None without one, and the filter's own."""
