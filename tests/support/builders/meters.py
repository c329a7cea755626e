"""Meters and events as values, and the values that a property of an event may have."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, MeterKind, new_feature
from parity.catalog.rules.meters import Meter, meter_of
from parity.metering.rules.events import UsageEvent

CREATED_ON = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
TENTH = Decimal("0.1")
IS_EXPORT = {"property": "kind", "operator": "EQUALS", "value": "export"}
IS_NOT_EXPORT = {"property": "kind", "operator": "NOT_EQUALS", "value": "export"}

EQUAL_VALUES: dict[str, tuple[Any, ...]] = {
    "one": (1, Decimal("1.0"), 1.0, Decimal("1E+0")),
    "text of one": ("1",),
    "text of one with a point": ("1.0",),
    "true": (True,),
    "text of true": ("true",),
    "zero": (0, Decimal("-0.0"), 0.0, Decimal("0E+5")),
    "false": (False,),
    "empty text": ("",),
    "a tenth": (TENTH, 0.1, Decimal("0.10")),
    "nearly a tenth": (Decimal("0.1000000000000000055511151231257827"),),
    "a thousand": (1000, Decimal("1E+3"), 1e3),
    "many digits": (10**40 + 1, Decimal(10**40 + 1)),
    "one less of many": (10**40,),
    "a great power": (Decimal("1E+99999"), Decimal("10E+99998")),
    "text": ("Export",),
    "text in lower case": ("export",),
    "half a surrogate pair": ("\ud800",),
}
"""Each entry is one value in every way in which it can be written; different entries are different values."""

UNUSABLE_VALUES = [
    *(None, [], [1], {}, {"amount": 1}),
    *(Decimal("NaN"), Decimal("sNaN"), float("inf"), float("nan")),
]
"""Neither a text nor a finite number nor a boolean."""


STYLES = ["totalTokens", "total_tokens", "TotalTokens", "total-tokens", "_total_tokens", "TOTAL_TOKENS"]
"""One name in the styles into which client libraries rewrite it."""

MEMBER_NAMES = st.sampled_from(["amount", "Amount", "a", "", "_", "amount.a"]) | st.text(max_size=2)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["1", "-1.5", "\udc00"])
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBER_NAMES, inner, max_size=3)
)
"""What a caller may send as properties."""

PROPERTY_NAMES = st.sampled_from(["amount", "amount.a", "a.amount", ".", "-"])


def meter(function: str = "COUNT", *groups: list[dict[str, Any]], field: str | None = None) -> Meter:
    """The meter of `tokens` for events `tokens.used`, from its definition as the catalogue stores it."""
    definition = {
        "eventName": "tokens.used",
        "aggregation": {"function": function, "field": None if function == "COUNT" else field or "amount"},
        "filters": groups,
    }
    draft = FeatureDraft(
        name="Tokens",
        feature_type=FeatureType.METER,
        meter_kind=MeterKind.RAW_EVENTS,
        meter=json.loads(json.dumps(definition)),
    )
    return meter_of(new_feature(draft, id="1", identifier="tokens", now=CREATED_ON))


def event(properties: Any = None, **changes: Any) -> UsageEvent:  # noqa: ANN401
    """An event `tokens.used` that is received when the meter is created. `properties` may be anything."""
    sent = UsageEvent(
        customer_id="acme",
        name="tokens.used",
        idempotency_key="a",
        timestamp=CREATED_ON - timedelta(hours=1),
        properties=properties,
        resource_id=None,
        received_on=CREATED_ON,
    )
    return replace(sent, **changes)


def short_repr(value: object) -> str:
    """As the id of a test."""
    return repr(value)[:40]


def nest_value(depth: int) -> Any:  # noqa: ANN401
    """1 within that many objects, each the property `a` of the next."""
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value
