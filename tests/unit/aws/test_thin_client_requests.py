"""The thin client sends its requests where botocore's own does, and signs them as AWS checks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from tests.support.builders.dynamodb_calls import put, query, transact
from tests.support.fakes.dynamodb_server import Server, answer_with

Call = Callable[[Any], Any]
Make = Callable[..., Any]

PARTITIONS = boto3.Session().get_available_partitions()
VARIANTS: list[dict[str, str]] = [
    {},
    {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_ENDPOINT_URL": "http://127.0.0.1:1234"},
    {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1234/below/"},
    {"AWS_ACCOUNT_ID": "123456789012"},
]


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize("partition", PARTITIONS)
def test_requests_go_where_botocores_own_go(
    partition: str, both: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch
) -> None:
    full, thin = both
    for region in boto3.Session().get_available_regions("dynamodb", partition)[:2]:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        assert _destination(thin(), query) == _destination(full(), query)


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: next(iter(variant), "plain"))
@pytest.mark.parametrize("call", [query, put, transact])
def test_settings_of_the_endpoint_have_their_effect(
    call: Callable[[Any], Any],
    variant: dict[str, str],
    both: tuple[Make, Make],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"AWS_DEFAULT_REGION": "eu-west-1", **variant}.items():
        monkeypatch.setenv(name, value)
    full, thin = both
    assert _destination(thin(), call) == _destination(full(), call)


def _destination(client: Any, call: Call) -> tuple[str, str, str]:  # noqa: ANN401
    """The URL of a request, what it is signed for, and its operation; the same for a second one."""
    sent: list[Any] = []

    def answer(request: Any, **_: object) -> AWSResponse:  # noqa: ANN401
        sent.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), _Body())

    client.meta.events.register("before-send.dynamodb", answer)
    call(client)
    call(client)
    first, second = sent
    assert first.url == second.url
    authorization = second.headers["Authorization"].decode()
    return second.url, authorization.split(", ")[0].partition("/")[2], second.headers["X-Amz-Target"].decode()


class _Body:
    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [b"{}"]


def test_the_signature_is_the_one_that_aws_computes(make: Make, server: Server) -> None:
    server.replies = [answer_with({"Items": []})]
    query(make())
    (received,) = server.requests
    claim = dict(
        part.split("=", 1) for part in received.headers["authorization"].split(" ", 1)[1].split(", ")
    )
    signed = {name: received.headers[name] for name in claim["SignedHeaders"].split(";")}
    request = AWSRequest("POST", f"{server.url}/", signed, received.body)
    request.context["timestamp"] = received.headers["x-amz-date"]
    signer = SigV4Auth(Credentials("FIRSTKEY", "secret", "token"), "dynamodb", "eu-central-1")
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert claim["Signature"] == expected
    assert {"host", "x-amz-date", "x-amz-security-token", "x-amz-target"} <= signed.keys()
