"""What the hostile corpus has; tests/e2e/shared_cloud/test_request_corpus.py sends its requests."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.hostile import CORPUS
from tests.support.scenarios.hostile.hostile_request import JSON_OPERATIONS

LEAST = {
    "body": 250,
    "header": 80,
    "query": 150,
    "cursor": 60,
    "path": 150,
    "CSV": 30,
    "Unicode": 90,
    "size": 80,
    "time": 90,
    "number": 150,
}


@pytest.mark.parametrize("kind", LEAST)
def test_each_kind_has_its_share(kind: str) -> None:
    assert len(CORPUS[kind]) >= LEAST[kind]


def test_there_are_no_other_kinds() -> None:
    assert CORPUS.keys() == LEAST.keys()


def test_no_two_requests_are_alike() -> None:
    for requests in CORPUS.values():
        names = Counter((request.operation, request.fault) for request in requests)
        assert [name for name, times in names.items() if times > 1] == []


def test_every_operation_gets_hostile_requests() -> None:
    assert {request.operation for request in CORPUS["query"]} == ROUTES.keys()
    assert {request.operation for request in CORPUS["body"]} == set(JSON_OPERATIONS)
    assert {request.operation for request in CORPUS["path"]} == {
        operation for operation, (_, path) in ROUTES.items() if "{" in path
    }
