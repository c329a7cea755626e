"""The properties of an event are found by their names."""

from __future__ import annotations

from typing import Any

import pytest

from parity.catalog.rules.event_properties import find_property
from tests.support.builders.meters import STYLES, nest_value


@pytest.mark.parametrize("sent", STYLES)
@pytest.mark.parametrize("asked", STYLES)
def test_names_match_in_every_style(asked: str, sent: str) -> None:
    assert find_property({"other": 1, sent: 7}, asked) == 7
    assert find_property({"Usage": {sent: 7}}, f"usage.{asked}") == 7


@pytest.mark.parametrize(
    ("name", "properties", "found"),
    [
        ("total_tokens", {"totalTokens": 1, "total_tokens": 2}, 2),
        ("totalTokens", {"total-tokens": 1, "total_tokens": 2}, 1),
        ("total_tokens", {"totalTokens": 1, "total_tokens": None}, None),
        ("total tokens", {"totalTokens": 1}, None),
        ("usage.total", {"usage": {"total": 1}}, 1),
        ("usage.total", {"usage.total": 2, "usage": {"total": 1}}, 2),
        ("usage.total_tokens", {"usage.totalTokens": 2}, 2),
        ("a.b.c", {"a": {"b": {"c": 1}}}, 1),
        ("a.b.c", {"a": {"b.c": 1}}, 1),
        ("a.b", {"a": 1, "b": 2}, None),
        ("a.", {"a": {"": 1}}, 1),
        (".", {"": {"": 1}}, 1),
        ("a", {"a": {"b": 1}}, {"b": 1}),
    ],
)
def test_an_exact_name_goes_first_and_dots_lead_into_objects(name: str, properties: Any, found: Any) -> None:  # noqa: ANN401
    assert find_property(properties, name) == found


def test_names_may_lead_as_deep_as_they_are_long() -> None:
    assert find_property(nest_value(128), ".".join("a" * 128)) == 1
