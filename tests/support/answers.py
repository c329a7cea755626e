"""What tests expect of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError

from tests.support.fakes.functions import Reply, call


def expect(reply: Reply, status: int) -> dict[str, Any]:
    assert reply.status == status, reply.text
    body: dict[str, Any] = reply.body
    return body


def refusal(reply: Reply) -> tuple[int, str]:
    """The status and the code of a problem."""
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.body
    assert problem["status"] == reply.status, reply.text
    assert isinstance(problem["title"], str)
    assert isinstance(problem["detail"], str)
    return reply.status, problem["code"]


def to_camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def wrong_fields(reply: Reply) -> dict[str, int]:
    """The number of texts that a problem has for each field. Its two lists must agree."""
    assert refusal(reply)[0] == 400
    problem = reply.body
    named = {
        to_camel_case(error["pointer"][2:].split("/")[0]) if "pointer" in error else error["parameter"]
        for error in problem["errors"]
    }
    arrays = {name: value for name, value in problem.items() if isinstance(value, list) and name != "errors"}
    assert named - {""} == arrays.keys(), reply.text
    return {name: len(texts) for name, texts in arrays.items()}


def http_refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem, which must be complete and readable for a browser."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    problem = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status_code
    assert isinstance(problem["title"], str)
    assert isinstance(problem["detail"], str)
    return answer.status_code, problem["code"]


def problem_of(caught: pytest.ExceptionInfo[APIError]) -> dict[str, Any]:
    """The problem that the library's error carries."""
    problem: dict[str, Any] = caught.value.details or {}
    return problem


def error_of(caught: pytest.ExceptionInfo[APIError]) -> tuple[int | None, str]:
    """The status and the code of the problem that the library's error carries."""
    return caught.value.status_code, problem_of(caught)["code"]


def walk_pages(operation: str, query: str, direction: str = "next") -> Iterator[Reply]:
    """The page of a list, and all pages that its links of this direction lead to."""
    page = call(operation, query=query)
    yield page
    while link := expect(page, 200)[direction]:
        page = call(operation, query=urlsplit(link).query)
        yield page
