"""Which events count for a feature, and what each of them amounts to (DESIGN.md section 6).

An event says the same whenever it is asked, so usage can be counted again from the events themselves. What a
caller put into an event's properties may have any shape: what is not usable does not count, and never fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.aggregation_functions import Aggregation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.core.numbers import Number
    from parity.metering.rules.events import UsageEvent

WIDEST = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Can write every number anew without rounding it."""

PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class FilterOperator(StrEnum):
    """How a filter compares a property of an event with its own value."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    CONTAINS = "CONTAINS"
    GREATER_THAN = "GREATER_THAN"
    LESS_THAN = "LESS_THAN"


@dataclass(frozen=True, slots=True)
class Filter:
    """`value` is a text, a number, True or False."""

    property: str
    operator: FilterOperator
    value: object

    def holds(self, properties: object) -> bool:
        return HOLDS[self.operator](property_of(properties, self.property), self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What a feature counts. `field` is the property whose values count: None for COUNT only."""

    feature: str
    event_name: str
    function: Aggregation
    field: str | None
    filters: tuple[tuple[Filter, ...], ...]
    created_on: datetime

    def counts(self, event: UsageEvent) -> bool:
        """Whether the event is of its name, came after the meter was made, and passes the filters.

        Any group of filters will do, all of its filters have to hold; without groups every event passes.
        """
        return (
            event.name == self.event_name
            and event.received_on >= self.created_on
            and (not self.filters or any(_all_hold(group, event) for group in self.filters))
        )


def _all_hold(group: tuple[Filter, ...], event: UsageEvent) -> bool:
    return all(each.holds(event.properties) for each in group)


def meter_of(feature: Feature) -> Meter:
    """Raises ValueError for a feature that counts no events."""
    if feature.meter is None:
        raise ValueError(f"The feature {feature.identifier} counts no events.")
    return meter_from(feature.identifier, feature.meter, feature.created_on)


def aggregation_of(feature: Feature) -> Aggregation:
    """How usage of a METER feature comes about."""
    return meter_of(feature).function if feature.meter else Aggregation.CHANGE


def meter_from(feature: str, definition: Mapping[str, Any], created_on: datetime) -> Meter:
    """From what a feature says of its meter."""
    return Meter(
        feature=feature,
        event_name=definition["eventName"],
        function=Aggregation(definition["aggregation"]["function"]),
        field=definition["aggregation"]["field"],
        filters=tuple(tuple(map(_filter, group)) for group in definition["filters"]),
        created_on=created_on,
    )


def _filter(stored: Mapping[str, Any]) -> Filter:
    return Filter(stored["property"], FilterOperator(stored["operator"]), stored["value"])


def property_of(properties: object, name: str) -> object:
    """The property that the name leads to, or None; dots in the name lead into objects.

    Client libraries rewrite names (WIRE.md T2), so one that differs in nothing but its style will do.
    """
    if not isinstance(properties, Mapping):
        return None
    found = _member(properties, name)
    first, dot, rest = name.partition(".")
    return property_of(_member(properties, first), rest) if found is None and dot else found


def _member(properties: Mapping[str, object], name: str) -> object:
    if name in properties:
        return properties[name]
    wanted = _without_style(name)
    return next((value for key, value in properties.items() if _without_style(key) == wanted), None)


def _without_style(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _number(value: object) -> Number | None:
    """A finite number, or a text that is one in plain digits. True is a number for Python, not in JSON."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value) if PLAIN_DECIMAL.fullmatch(value) else None
    return _json_number(value)


def _json_number(value: object) -> Number | None:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if isinstance(value, int) else None


def _canonical(value: object) -> str | None:
    """The same text for the same value of the same JSON type: for 1 and 1.0, but not for True or "1"."""
    if isinstance(value, (str, bool)):
        return json.dumps(value)
    number = _json_number(value)
    if number is None:
        return None
    return str(Decimal(number).normalize(WIDEST)) if number else "0"


def _is_equal(found: object, value: object) -> bool:
    text = _canonical(found)
    return text is not None and text == _canonical(value)


def _contains(found: object, value: object) -> bool:
    return isinstance(found, str) and isinstance(value, str) and value in found


def _is_greater(one: object, other: object) -> bool:
    left, right = _number(one), _number(other)
    return left is not None and right is not None and left > right


HOLDS: Mapping[FilterOperator, Callable[[object, object], bool]] = {
    FilterOperator.EQUALS: _is_equal,
    FilterOperator.NOT_EQUALS: lambda found, value: not _is_equal(found, value),
    FilterOperator.CONTAINS: _contains,
    FilterOperator.GREATER_THAN: _is_greater,
    FilterOperator.LESS_THAN: lambda found, value: _is_greater(value, found),
}
