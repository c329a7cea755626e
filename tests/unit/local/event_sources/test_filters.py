from __future__ import annotations

from typing import Any

import pytest

from local.event_sources.filters import PatternError, check_pattern, matches

RECORD: dict[str, Any] = {
    "eventName": "MODIFY",
    "userIdentity": None,
    "dynamodb": {
        "Keys": {"PK": {"S": "CUSTOMER#acme"}, "SK": {"S": "PROFILE"}},
        "NewImage": {"status": {"S": "Active"}, "tags": {"SS": ["red", "blue"]}, "vip": {"BOOL": True}},
        "SizeBytes": 120,
    },
}


def keys(**conditions: list[Any]) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {name: {"S": condition} for name, condition in conditions.items()}}}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"eventName": ["INSERT", "MODIFY"]},
        {"userIdentity": [None]},
        {"dynamodb": {"NewImage": {"vip": {"BOOL": [True]}}}},
        {"dynamodb": {"NewImage": {"tags": {"SS": ["blue"]}}}},
        {"dynamodb": {"NewImage": {"status": {"S": [{"exists": True}]}}}},
        {"dynamodb": {"OldImage": {"status": {"S": [{"exists": False}]}}}},
        {"dynamodb": {"OldImage": [{"exists": False}]}},
        {"dynamodb": {"NewImage": {"status": {"S": [{"equals-ignore-case": "ACTIVE"}]}}}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 100, "<=", 120]}]}},
        {"dynamodb": {"SizeBytes": [{"numeric": ["=", 120.0]}]}},
        {"dynamodb": {"SizeBytes": [120]}},
        keys(PK=[{"prefix": "CUSTOMER#"}], SK=["PROFILE"]),
        keys(PK=[{"suffix": "#acme"}]),
        keys(SK=[{"anything-but": ["ENTITLEMENTS", "POINTER"]}]),
        keys(SK=[{"anything-but": "ENTITLEMENTS"}]),
        keys(SK=[{"anything-but": {"prefix": "ENTITLEMENTS"}}]),
        keys(SK=["OTHER", {"prefix": "PRO"}]),
        {"$or": [{"eventName": ["REMOVE"]}, keys(SK=["PROFILE"])]},
        {"eventName": ["MODIFY"], "dynamodb": {"$or": [{"SizeBytes": [1]}, {"SizeBytes": [120]}]}},
    ],
)
def test_a_pattern_matches(pattern: dict[str, Any]) -> None:
    check_pattern(pattern)
    assert matches(pattern, RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["INSERT"]},
        {"eventName": ["modify"]},
        {"eventName": [None]},
        {"eventSource": [None]},
        {"eventName": {"nested": ["MODIFY"]}},
        {"eventName": ["MODIFY"], "userIdentity": ["someone"]},
        {"dynamodb": ["anything"]},
        {"dynamodb": [{"exists": True}]},
        {"dynamodb": [{"anything-but": "x"}]},
        {"dynamodb": {"NewImage": {"vip": {"BOOL": [1]}}}},
        {"dynamodb": {"NewImage": {"status": {"S": [{"exists": False}]}}}},
        {"dynamodb": {"OldImage": {"status": {"S": [{"anything-but": "x"}]}}}},
        {"dynamodb": {"NewImage": {"vip": {"BOOL": [{"numeric": ["=", 1]}]}}}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 120]}]}},
        {"dynamodb": {"SizeBytes": ["120"]}},
        {"dynamodb": {"SizeBytes": [{"prefix": "1"}]}},
        keys(PK=[{"prefix": "CUSTOMER#"}], SK=["ENTITLEMENTS"]),
        keys(PK=[{"suffix": "CUSTOMER#"}]),
        keys(SK=[{"anything-but": ["PROFILE"]}]),
        keys(SK=[{"anything-but": {"prefix": "PRO"}}]),
        {"$or": [{"eventName": ["REMOVE"]}, keys(SK=["OTHER"])]},
        {"eventName": ["REMOVE"], "$or": [{"eventName": ["MODIFY"]}]},
    ],
)
def test_a_pattern_does_not_match(pattern: dict[str, Any]) -> None:
    check_pattern(pattern)
    assert not matches(pattern, RECORD)


def test_any_element_of_a_list_of_objects_may_match() -> None:
    event = {"items": [{"kind": "a"}, {"kind": "b"}]}
    assert matches({"items": {"kind": ["b"]}}, event)
    assert not matches({"items": {"kind": ["c"]}}, event)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ({"eventName": "INSERT"}, "must hold a list"),
        ({"eventName": []}, "at least one value"),
        ({"eventName": [["INSERT"]]}, "a list cannot be a value"),
        ({"eventName": [{"wildcard": "*"}]}, '"wildcard" is not one of exists, prefix'),
        ({"eventName": [{"prefix": "a", "suffix": "b"}]}, "expected one operator"),
        ({"eventName": [{"prefix": 1}]}, "takes a string"),
        ({"eventName": [{"exists": "yes"}]}, "takes true or false"),
        ({"size": [{"numeric": [">"]}]}, "takes a list such as"),
        ({"size": [{"numeric": ["~", 1]}]}, "does not understand"),
        ({"size": [{"numeric": [">", True]}]}, "does not understand"),
        ({"$or": []}, "takes a list of patterns"),
        ({"$or": [{"a": ["b"]}, {"c": [{"like": "d"}]}]}, '"like" is not one of'),
        ({"dynamodb": {"Keys": {"PK": {"S": [{"regex": "x"}]}}}}, '"regex" is not one of'),
    ],
)
def test_a_pattern_that_lambda_refuses_is_refused(pattern: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PatternError, match=sentence.replace("*", r"\*")):
        check_pattern(pattern)
