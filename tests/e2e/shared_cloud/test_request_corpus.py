"""The hostile corpus over both gateways: each request is refused as it should be, and stores nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx
import pytest

from local.cloud import LocalCloud
from parity.dynamodb.table import Table
from tests.support.engines.raw_http import RawAnswer
from tests.support.fakes.functions import ROUTES
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.hostile import CORPUS, list_requests_for_edge
from tests.support.scenarios.hostile.hostile_request import HostileRequest, valid_request
from tests.support.scenarios.hostile.sending import Door, is_refused
from tests.support.scenarios.hostile.targets import create_targets

QUICK = {
    "entitlements/check",
    "entitlements/check_batch",
    "customers/create",
    "customers/get",
    "customers/import",
    "customers/list",
    "report/usage",
}
"""The operations whose requests are sent in every run. To start all functions takes a minute."""

MAX_ANSWER_BYTES = 6000


def make_cases(requests: list[tuple[str, HostileRequest]]) -> list[object]:
    """In the order of operations: the local cloud keeps only the latest functions running."""
    position = list(ROUTES).index
    return [
        pytest.param(
            request,
            id=f"{kind}: {request.operation}: {request.fault}",
            marks=() if request.operation in QUICK else pytest.mark.slow,
        )
        for kind, request in sorted(requests, key=lambda pair: position(pair[1].operation))
    ]


TOGETHER = [(kind, request) for kind, requests in CORPUS.items() for request in requests]


@pytest.fixture(scope="module")
def ids(client: httpx.Client, cloud: LocalCloud) -> Mapping[str, str]:
    """What the requests are about. Nothing follows from its creation any more."""
    ids = create_targets(client)
    cloud.wait_for_deliveries()
    return ids


@pytest.fixture
def nothing_to_deliver(ids: Mapping[str, str]) -> None:
    """Nothing has been written since the targets were created, as the tests here see to."""


@pytest.fixture(scope="module")
def core(url: str, key: str, ids: Mapping[str, str]) -> Door:
    return Door(url, key, ids)


@pytest.fixture(scope="module")
def edge(edge_url: str, key: str, ids: Mapping[str, str]) -> Door:
    return Door(edge_url, key, ids)


def check_refused(answer: RawAnswer, request: HostileRequest) -> None:
    assert is_refused(answer, request.refusal), answer.body[:500]
    assert len(answer.body) < MAX_ANSWER_BYTES
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    if answer.status != 200:
        problem = json.loads(answer.body)
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == answer.status
        assert problem["requestId"] == answer.headers["x-request-id"]


@pytest.mark.usefixtures("core", "table_unchanged")
@pytest.mark.parametrize("request_", make_cases(TOGETHER))
def test_the_core_refuses_it_and_stores_nothing(request_: HostileRequest, core: Door) -> None:
    check_refused(core.send(request_), request_)


@pytest.mark.usefixtures("edge", "table_unchanged")
@pytest.mark.parametrize("request_", make_cases(list_requests_for_edge()))
def test_the_edge_refuses_it_and_stores_nothing(request_: HostileRequest, edge: Door) -> None:
    check_refused(edge.send(request_), request_)


@pytest.mark.slow
def test_without_its_fault_no_request_is_refused_for_its_form(core: Door, cloud_table: Table) -> None:
    """So it is the fault for which each one above is refused. What is there may refuse it in the end."""
    before = scan_items(cloud_table)
    for operation in ROUTES:
        answer = core.send(valid_request(operation))
        assert answer.status in {200, 201, 204, 404, 409}, (operation, answer.body)
    assert len(scan_items(cloud_table)) > len(before)
