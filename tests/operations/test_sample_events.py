"""The sample events have the shape of what the gateways send, and keys of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from local.gateway.call import Call, Match
from local.gateway.http import event as edge
from local.gateway.ids import Ids
from local.gateway.request import Request
from local.gateway.rest import event as core
from local.model import HttpApi, HttpRoute, RestApi, Route
from tests.support import ROOT
from tests.support.fakes.gateway import load_sample_event

NAMES = sorted(path.stem for path in ROOT.glob("events/*.json"))
SAMPLES = {name: load_sample_event(name) for name in NAMES}
REQUESTS = [name for name in NAMES if "requestContext" in SAMPLES[name]]
OF_THE_REQUEST = ("eaders", "Parameters", ".authorizer")
"""How the names of fields end whose own fields differ from request to request."""


def list_fields(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401
    """The path of each field, without the headers and parameters of the request and who sends it."""
    if isinstance(value, dict) and not path.endswith(OF_THE_REQUEST):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from list_fields(inner, f"{path}.{name}")


def read_request(sample: dict[str, Any]) -> Request:
    """The request that a gateway has made the sample of."""
    context = sample["requestContext"]
    http = context.get("http", context)
    return Request(
        method=http.get("method") or http["httpMethod"],
        path=http["path"],
        query=urlencode(sample.get("queryStringParameters") or {}),
        headers=tuple(sample["headers"].items()),
        body=(sample.get("body") or "").encode(),
        source_ip="203.0.113.7",
        port=443,
        protocol=http["protocol"],
    )


def repeat_event(sample: dict[str, Any]) -> dict[str, Any]:
    """The event that the local gateway makes of the request of a sample."""
    request, context = read_request(sample), sample["requestContext"]
    caller = context.get("authorizer")
    if sample.get("version") == "2.0":
        route = HttpRoute(sample["routeKey"], "function", "authorizer")
        call = Call(HttpApi("edge", (route,)), request, sample["rawPath"], Match(route), Ids())
        if caller:
            return edge.proxy_event(call, caller["lambda"])
        return edge.authorizer_event(call, sample["identitySource"])
    rest = Route(request.method, sample["resource"], "function")
    match = Match(rest, sample["pathParameters"] or {})
    call_of_core = Call(RestApi("core", "dev", (rest,)), request, sample["path"], match, Ids())
    return core.proxy_event(call_of_core, caller) if caller else core.authorizer_event(call_of_core)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_sample_has_the_fields_that_the_gateway_sends(name: str) -> None:
    sample = SAMPLES[name]
    assert set(list_fields(sample)) == set(list_fields(repeat_event(sample)))


def test_no_two_samples_share_an_idempotency_key() -> None:
    headers = [pair for name in REQUESTS for pair in SAMPLES[name]["headers"].items()]
    sent = [value for name, value in headers if name.lower() == "idempotency-key"]
    assert len(sent) > 10
    assert len(sent) == len(set(sent))
