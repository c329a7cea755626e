"""The fingerprint of a request: equal for requests that mean the same, and for no others."""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import walk_packages
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parity
from parity.core.spellings import to_camel_case
from parity.http.bodies import read_json
from parity.http.idempotency_keys import fingerprint
from parity.http.models import RequestModel
from tests.support.builders.strategies import JSON_VALUES


def fingerprint_of(text: str) -> str:
    return fingerprint("POST", "/api/v1/customers", read_json(text) if text else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"name":"A","email":null}', '{ "email" : null,\r\n\t"name" : "A" }\n'),
        ('{"customerId":"a"}', '{"customer_id":"a"}'),
        ('{"details":[{"hasUnlimitedUsage":true}]}', '{"details":[{"has_unlimited_usage":true}]}'),
        ('{"value":1}', '{"value":1.0}'),
        ('{"value":-100}', '{"value":-1.00E+2}'),
        ('{"value":0}', '{"value":-0.0}'),
        ('{"value":0.1}', '{"value":1e-1}'),
        ('{"metadata":{"a":[1,{"b":2,"c":3}]}}', '{"metadata":{"a":[1.0,{"c":3,"b":2}]}}'),
        ('{"name":"é/🎉"}', '{"name":"\\u00e9\\/\\ud83c\\udf89"}'),
        ("", "{}"),
    ],
)
def test_bodies_with_one_meaning_have_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint_of(one) == fingerprint_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"features":[1,2]}', '{"features":[2,1]}'),
        ('{"features":[[1],2]}', '{"features":[1,[2]]}'),
        ('{"value":1}', '{"value":"1"}'),
        ('{"value":1}', '{"value":true}'),
        ('{"value":9007199254740992}', '{"value":9007199254740993}'),
        ('{"value":123456789012345678901234567890}', '{"value":123456789012345678901234567891}'),
        ('{"value":0.1}', '{"value":0.10000000000000002}'),
        ('{"value":0}', '{"value":null}'),
        ('{"note":null}', "{}"),
        ('{"name":"é"}', '{"name":"e\u0301"}'),
        ('{"name":"A"}', '{"name":"a"}'),
        ('{"name":"A"}', '{"name":"A "}'),
        ('{"name":"customerId"}', '{"name":"customer_id"}'),
        ('{"naMe":1}', '{"name":1}'),
        ('{"line1":1}', '{"line_1":1}'),
        ('{"metadata":{"jobId":1}}', '{"metadata":{"job_id":1}}'),
        ('{"metadata":{"a":[{"jobId":1}]}}', '{"metadata":{"a":[{"job_id":1}]}}'),
        ('{"a":{"b":1},"c":2}', '{"a":{"b":1,"c":2}}'),
        ('{"a":[["b",1]]}', '{"a":{"b":1}}'),
    ],
)
def test_bodies_with_two_meanings_have_two_fingerprints(one: str, other: str) -> None:
    assert fingerprint_of(one) != fingerprint_of(other)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="_"))


@given(st.dictionaries(NAMES, JSON_VALUES), st.randoms(use_true_random=False))
def test_neither_order_nor_white_space_changes_the_fingerprint(body: dict[str, Any], random: Random) -> None:
    shuffled = dict(random.sample(list(body.items()), len(body)))
    assert fingerprint_of(json.dumps(shuffled, indent=3)) == fingerprint_of(json.dumps(body))


def find_request_models() -> list[type[RequestModel]]:
    """The models of requests of all areas."""
    for module in walk_packages(parity.__path__, "parity."):
        if ".api." in module.name:
            import_module(module.name)
    return list_subclasses(RequestModel)


def list_subclasses(of: type[RequestModel]) -> list[type[RequestModel]]:
    return [model for each in of.__subclasses__() for model in (each, *list_subclasses(each))]


def test_a_field_has_the_same_two_names_in_fingerprints_and_models() -> None:
    fields = [
        (name, field.alias) for model in find_request_models() for name, field in model.model_fields.items()
    ]
    assert len(fields) > 50
    assert [(name, alias) for name, alias in fields if to_camel_case(name) != alias] == []


def test_only_metadata_has_names_of_the_callers_own() -> None:
    free_form = {
        name
        for model in find_request_models()
        for name, field in model.model_fields.items()
        if "dict" in str(field.annotation)
    }
    assert free_form - {"metadata"} == {"properties"}  # of events, which take no Idempotency-Key
