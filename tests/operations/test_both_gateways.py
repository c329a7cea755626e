"""A request is answered by the edge as by the core, in whichever form its event comes to the function.

The events are those that the local gateways make: payload 1.0 of the core, and 2.0 of the edge.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from local.gateway.call import Call
from local.gateway.http.event import proxy_event as make_edge_event
from local.gateway.http.router import Router as EdgeRouter
from local.gateway.http.router import decode_path
from local.gateway.ids import Ids
from local.gateway.request import Request
from local.gateway.rest.event import proxy_event as make_core_event
from local.gateway.rest.router import Router as CoreRouter
from local.model import HttpApi, RestApi
from local.stack.http_apis import read_http_apis
from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.rest_apis import read_rest_apis
from local.stack.transform import read_transformed
from parity.core.times import now, to_iso
from tests.support import ROOT
from tests.support.answers import expect, refusal
from tests.support.builders.entitlements import check_entitlements
from tests.support.fakes.functions import EDGE_OPERATIONS, ROUTES, Reply, invoke
from tests.support.fakes.gateway import KEY_CALLER
from tests.support.scenarios.hostile import list_requests_for_edge
from tests.support.scenarios.hostile.hostile_request import HostileRequest
from tools.transformed import ALL

REFUSED = [
    pytest.param(request, id=f"{kind}: {request.operation}: {request.fault}")
    for kind, request in list_requests_for_edge()
]
OF_ITS_OWN = {"idempotencyKey", "timestamp", "requestId"}
"""Of the answer to a report or of a problem, what is another one for each request."""

CLOUD_EVENTS = "application/cloudevents-batch+json"
JSON_TYPE = ("Content-Type", "application/json")
EXPORTS = {"customerId": "acme", "featureId": "exports"}


class Gateways:
    """Both gateways of the template, which hand requests to the functions in this process."""

    def __init__(self, core: RestApi, edge: HttpApi) -> None:
        self.core = core
        self.edge = edge
        self._core_router = CoreRouter(core.routes)
        self._edge_router = EdgeRouter(edge.routes)

    def make_core_event(self, request: Request) -> dict[str, Any]:
        match = self._core_router.match(request.method, request.path)
        return make_core_event(Call(self.core, request, request.path, match, Ids()), KEY_CALLER)

    def make_edge_event(self, request: Request) -> dict[str, Any]:
        path = decode_path(request.path)
        match = self._edge_router.match(request.method, path)
        return make_edge_event(Call(self.edge, request, path, match, Ids()), KEY_CALLER)

    def send(self, operation: str, request: Request) -> list[Reply]:
        """The answers of the core and then of the edge."""
        return [
            invoke(operation, make_event(request))
            for make_event in (self.make_core_event, self.make_edge_event)
        ]


@pytest.fixture(scope="module")
def gateways() -> Gateways:
    template = read_transformed(ROOT / "template.yaml", ALL)
    parameters = read_parameters(template.document, ALL, template.file)
    resolver = Resolver(template.document, parameters, template.file)
    (core,), (edge,) = read_rest_apis(resolver), read_http_apis(resolver)
    return Gateways(core, edge)


def make_request(
    operation: str,
    body: Any = None,  # noqa: ANN401
    *headers: tuple[str, str],
    query: str = "",
    end: str = "",
) -> Request:
    """`body` is sent as it is when it is bytes, else as JSON."""
    method, path = ROUTES[operation]
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Request(
        method=method,
        path=path + end,
        query=query,
        headers=(("Host", "api.example.com"), *(headers or (JSON_TYPE,))),
        body=content,
        source_ip="203.0.113.7",
        port=443,
        protocol="HTTP/1.1",
    )


def read_hostile(hostile: HostileRequest) -> Request:
    path, _, query = hostile.target.partition("?")
    content = hostile.content if isinstance(hostile.content, bytes) else hostile.content()
    request = make_request(hostile.operation, content, *hostile.headers, query=query)
    return replace(request, path=path, method=hostile.method)


def describe(reply: Reply) -> tuple[int, dict[str, str], Any]:
    """The status, headers and body, without what is another one for each request."""
    headers = {name: value for name, value in reply.headers.items() if name != "x-request-id"}
    body = reply.body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in OF_ITS_OWN}
    return reply.status, headers, body


def report(value: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**EXPORTS, "behaviour": "DELTA", "value": value, **more}


def report_event(key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    event = {"customerId": "acme", "eventName": "completion", "timestamp": to_iso(now())}
    return {**event, "idempotencyKey": key, **more}


def count_usage() -> int:
    usage: int = check_entitlements()["exports"]["currentUsage"]
    return usage


@pytest.mark.parametrize("hostile", REFUSED)
def test_what_the_core_refuses_the_edge_refuses_alike(hostile: HostileRequest, gateways: Gateways) -> None:
    core, edge = map(describe, gateways.send(hostile.operation, read_hostile(hostile)))
    assert core == edge
    assert core[0] == hostile.refusal.status


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        ("entitlements/check", "customer_id=acme", None),
        ("entitlements/check", "customerId=acme&featureId=exports", None),
        ("entitlements/check", "customer_id=nobody%2C+here", None),
        ("entitlements/check_batch", "", {"checks": [EXPORTS, {"customer_id": "açai", "feature_id": "x"}]}),
        ("report/usage", "", report(7, resourceId="日本")),
        (
            "report/usage",
            "",
            {"customer_id": "acme", "feature_id": "exports", "behaviour": "SET", "value": 3},
        ),
        ("report/usage", "", report(1, enforce=True)),
        ("report/event", "", report_event("k", properties={"tokensUsed": 1.5, "note": "über"})),
        ("report/events", "", {"events": [report_event("a"), {"customerId": "acme"}, report_event("a")]}),
    ],
)
def test_a_valid_request_gets_the_same_answer(
    operation: str,
    query: str,
    body: Any,  # noqa: ANN401
    end: str,
    gateways: Gateways,
) -> None:
    if operation == "entitlements/check":
        sent = make_request(operation, query=query, end=end)
    else:
        sent = make_request(operation, body, end=end)
    core, edge = gateways.send(operation, sent)
    if operation == "report/event":
        assert edge.headers.pop("idempotent-replayed") == "true"
    if operation == "report/events":
        statuses = [[row["status"] for row in reply.body["results"]] for reply in (core, edge)]
        assert statuses == [["accepted", "rejected", "duplicate"], ["duplicate", "rejected", "duplicate"]]
        return
    assert describe(core) == describe(edge)
    assert core.status == 200


@pytest.mark.usefixtures("acme")
def test_usage_of_both_counts_together(gateways: Gateways) -> None:
    for value in (2, 3):
        for reply in gateways.send("report/usage", make_request("report/usage", report(value))):
            expect(reply, 200)
    assert count_usage() == 10


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
@pytest.mark.parametrize("first", ["core", "edge"])
def test_a_key_that_one_gateway_has_seen_is_known_at_the_other(
    name: str, first: str, gateways: Gateways
) -> None:
    sent = make_request("report/usage", report(7), JSON_TYPE, (name, "once"))
    events = [gateways.make_core_event(sent), gateways.make_edge_event(sent)]
    answered, replayed = (
        invoke("report/usage", event) for event in (events if first == "core" else reversed(events))
    )
    assert "idempotent-replayed" not in answered.headers
    assert replayed.headers["idempotent-replayed"] == "true"
    assert replayed.body == answered.body
    assert count_usage() == 7
    other = make_request("report/usage", report(8), JSON_TYPE, (name, "once"))
    assert [refusal(reply) for reply in gateways.send("report/usage", other)] == [
        (422, "idempotency_key_reused")
    ] * 2


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("content_type", ["application/json", "APPLICATION/JSON; charset=utf-8", None])
@pytest.mark.parametrize("operation", ["entitlements/check_batch", "report/usage"])
def test_a_body_is_read_whatever_says_that_it_is_json(
    content_type: str | None, operation: str, gateways: Gateways
) -> None:
    """Without a content type the edge sends base64."""
    body = {"checks": [EXPORTS]} if operation == "entitlements/check_batch" else report(1)
    headers = [("content-TYPE", content_type)] if content_type else [("Accept", "*/*")]
    sent = make_request(operation, body, *headers)
    assert gateways.make_edge_event(sent)["isBase64Encoded"] is (content_type is None)
    core, edge = gateways.send(operation, sent)
    assert describe(core) == describe(edge)
    assert core.status == 200


@pytest.mark.usefixtures("acme")
def test_cloud_events_come_to_the_edge_as_base64(gateways: Gateways) -> None:
    cloud_event = {"specversion": "1.0", "id": "ação", "source": "/x", "type": "t", "subject": "acme"}
    batch = [{**cloud_event, "time": to_iso(now())}]
    sent = make_request(
        "report/events", json.dumps(batch, ensure_ascii=False).encode(), ("Content-Type", CLOUD_EVENTS)
    )
    assert gateways.make_edge_event(sent)["isBase64Encoded"]
    assert not gateways.make_core_event(sent)["isBase64Encoded"]
    core, edge = (reply.body["results"] for reply in gateways.send("report/events", sent))
    assert core == [{"idempotencyKey": "/x ação", "status": "accepted"}]
    assert edge == [{"idempotencyKey": "/x ação", "status": "duplicate"}]


@pytest.mark.parametrize("operation", [name for name in EDGE_OPERATIONS if name != "entitlements/check"])
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/csv", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("content", [b"", b"\xff{}", b"{", b"a,b\n"], ids=["none", "bytes", "cut", "csv"])
def test_a_body_that_cannot_be_read_is_refused_alike(
    operation: str, content_type: str, content: bytes, gateways: Gateways
) -> None:
    sent = make_request(operation, content, ("Content-Type", content_type))
    core, edge = map(describe, gateways.send(operation, sent))
    assert core == edge
    assert core[0] in {400, 415}
