"""What is checked before the resolver sees a request: the body, its encoding and type, and the path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.http.bodies import JSON, MAX_DEPTH, RequestRefusedError, read_json
from parity.http.requests import Request
from tests.support.builders.strategies import JSON_VALUES
from tests.support.fakes.functions import Context
from tests.support.fakes.gateway import make_rest_event


def nest_arrays(levels: int) -> str:
    return "[" * levels + "]" * levels


def request(**sent: Any) -> Request:  # noqa: ANN401
    event = make_rest_event("POST", sent.pop("resource", "/api/v1/customers"), **sent)
    return Request(event, JSON, Context())  # type: ignore[arg-type] # the parts of it that are used


def code_of(refused: pytest.ExceptionInfo[RequestRefusedError]) -> tuple[int, str]:
    return refused.value.problem.status, refused.value.problem.code


@given(JSON_VALUES)
def test_every_json_value_is_read_as_it_was_written(value: Any) -> None:  # noqa: ANN401
    assert read_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", [nest_arrays(MAX_DEPTH), '{"a":' * (MAX_DEPTH - 1) + "1" + "}" * (MAX_DEPTH - 1)]
)
def test_json_may_be_nested_to_a_depth(text: str) -> None:
    assert json.dumps(read_json(text), separators=(",", ":")) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "{'a': 1}",
        '{"a": 1,}',
        "[1] 2",
        "\x00",
        '"a\x00b"',
        "NaN",
        "[Infinity]",
        '{"a": -Infinity}',
        "1e999",
        "[-1e999]",
        "9" * 5000,
        '"\\ud800"',
        '{"\\udfff": 1}',
        '{"a": 1, "a": 1}',
        '{"a": 1, "\\u0061": 2}',
        '[{"b": {"a": null, "c": 0, "a": null}}]',
        '[["\\ud83d"]]',
        '"\ud800"',
        nest_arrays(MAX_DEPTH + 1),
        nest_arrays(5000),
        '{"a":' * 5000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_not_json_or_could_not_be_answered_is_refused(text: str) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read_json(text)
    assert code_of(refused) == (400, "invalid_json")


def test_where_the_json_breaks_is_told() -> None:
    with pytest.raises(RequestRefusedError, match="line 2, column 3"):
        read_json('{"a": 1,\n  b}')


def test_the_name_that_is_given_twice_is_told() -> None:
    with pytest.raises(RequestRefusedError, match="name is given twice in one object"):
        read_json('{"a": {"email": 1, "name": 1, "name": 2}}')


@given(st.binary(min_size=1, max_size=40))
def test_any_bytes_are_read_as_a_json_object_or_refused(body: bytes) -> None:
    try:
        expected = _object(body)
    except (TypeError, ValueError):
        with pytest.raises(RequestRefusedError):
            request(body=body)
    else:
        assert json.loads(request(body=body).event_for_resolver()["body"]) == expected


def _object(body: bytes) -> object:
    value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    if not isinstance(value, dict):
        raise TypeError
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a": "\xc3\xa9"}', '{"a": "é"}', '\ufeff{"a": "\\u00e9"}'])
def test_a_body_is_read_with_and_without_base64_and_byte_order_mark(body: bytes | str) -> None:
    assert json.loads(request(body=body).event_for_resolver()["body"]) == {"a": "é"}


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b"\xff\xfe{\x00", b"\xed\xa0\x80", '{"a": "\ud800"}'])
def test_a_body_that_is_not_utf_8_is_refused(body: bytes | str) -> None:
    with pytest.raises(RequestRefusedError, match="not UTF-8") as refused:
        request(body=body)
    assert code_of(refused) == (400, "invalid_encoding")


@pytest.mark.parametrize("body", ["a", "{}", "é"])
def test_a_body_marked_as_base64_that_is_not_is_refused(body: str) -> None:
    event = make_rest_event("POST", "/api/v1/customers", body=body) | {"isBase64Encoded": True}
    with pytest.raises(RequestRefusedError) as refused:
        Request(event, JSON, Context())  # type: ignore[arg-type] # the parts of it that are used
    assert code_of(refused) == (400, "invalid_encoding")


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "application/json; charset=utf-8"}, {"CONTENT-TYPE": " Application/JSON "}]
)
def test_a_content_type_is_read_without_case_and_parameters(headers: dict[str, str]) -> None:
    event = make_rest_event("POST", "/api/v1/customers", body={})
    assert Request(event | {"headers": headers}, JSON, Context()).event_for_resolver()["body"] == "{}"  # type: ignore[arg-type] # the parts of it that are used


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/xml", "application/jsonp", "text/csv"]
)
def test_a_body_of_another_type_is_refused(content_type: str) -> None:
    with pytest.raises(RequestRefusedError, match="application/json") as refused:
        request(body="{}", headers={"Content-Type": content_type})
    assert code_of(refused) == (415, "unsupported_media_type")


def test_a_request_without_a_body_may_have_any_type() -> None:
    """The client libraries send a JSON content type with every GET and DELETE (docs/contract.md T17)."""
    assert request(headers={"Content-Type": "text/plain"}).event_for_resolver()["body"] is None


@pytest.mark.parametrize("sent", ["a b@é/../x", "a%20b%40%C3%A9%2F..%2Fx"], ids=["decoded", "encoded"])
def test_a_path_parameter_is_put_into_the_path_encoded_once(sent: str) -> None:
    read = request(resource="/api/v1/customers/{customerId}", parameters={"customerId": sent})
    assert read.path == "/api/v1/customers/a%20b%40%C3%A9%2F..%2Fx"


def test_the_fingerprint_tells_bodies_and_paths_apart_and_nothing_else() -> None:
    resource = "/api/v1/customers/{customerId}/unarchive"
    first = request(resource=resource, parameters={"customerId": "a"}, body={"name": "A"})
    again = request(
        resource=resource, parameters={"customerId": "a"}, body=b'{"name": "A"}', headers={"If-Match": "*"}
    )
    others = [
        request(resource=resource, parameters={"customerId": "b"}, body={"name": "A"}),
        request(resource=resource, parameters={"customerId": "a"}, body={"name": "B"}),
        request(resource=resource, parameters={"customerId": "a"}),
        request(body={"name": "A"}),
    ]
    assert again.fingerprint == first.fingerprint
    assert len({first.fingerprint, *(other.fingerprint for other in others)}) == 5


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({}, "https://api.example.com/dev/api/v1/customers?page=2"),
        (
            {"X-Forwarded-Proto": "http", "Host": "localhost:3000"},
            "http://localhost:3000/dev/api/v1/customers?page=2",
        ),
    ],
)
def test_a_link_is_absolute_with_the_stage(headers: dict[str, str], url: str) -> None:
    assert request(headers=headers).url("page=2") == url
    assert request(headers=headers).url("") == url.removesuffix("?page=2")
