"""REST APIs, read from the OpenAPI document that the SAM transform writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from local.model import Authorizer, GatewayResponse, MockResponse, RestApi, Route
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.openapi import INTEGRATION, authorizer_of, authorizers, function_of, operations
from local.stack.transform import Document, Value

_HEADER_SOURCE = "method.request.header."
_DEFAULT_TTL_SECONDS = 300


def rest_apis(resolver: Resolver, file: str) -> tuple[RestApi, ...]:
    """Every REST API with the stage that deploys it; raises TemplateError on what cannot be emulated."""
    stages = {
        stage["RestApiId"]: stage["StageName"]
        for stage in resolver.resources("AWS::ApiGateway::Stage").values()
    }
    return tuple(
        _api(resolver.name(logical_id), properties, stages, Place(file, logical_id))
        for logical_id, properties in resolver.resources("AWS::ApiGateway::RestApi").items()
    )


def _api(name: str, properties: Document, stages: Mapping[str, str], place: Place) -> RestApi:
    body = properties.get("Body")
    if not isinstance(body, dict):
        raise (place / "Body").error("is missing: only routes written in the template are served")
    if name not in stages:
        raise (place / "StageName").error("is missing: no stage deploys the API")
    known = {name: _authorizer(name, settings, at) for name, settings, at in authorizers(body, place)}
    return RestApi(
        name=name,
        stage=stages[name],
        routes=tuple(_routes(body, known, place)),
        authorizers=known,
        gateway_responses=_gateway_responses(body),
        binary_media_types=_binary_media_types(properties, body),
    )


def _binary_media_types(properties: Document, body: Document) -> frozenset[str]:
    types = [
        *(properties.get("BinaryMediaTypes") or ()),
        *(body.get("x-amazon-apigateway-binary-media-types") or ()),
    ]
    return frozenset(item.replace("~1", "/").lower() for item in types)


def _authorizer(name: str, settings: Document, place: Place) -> Authorizer:
    if settings.get("type") != "request":
        raise place.error("is not a Lambda authorizer with the payload type REQUEST")
    sources = [item.strip() for item in settings.get("identitySource", "").split(",") if item.strip()]
    if not all(source.startswith(_HEADER_SOURCE) for source in sources):
        raise place.error("has an identity source that is not a header")
    return Authorizer(
        name=name,
        function=function_of(settings.get("authorizerUri"), place),
        identity_headers=tuple(source.removeprefix(_HEADER_SOURCE) for source in sources),
        ttl_seconds=int(settings.get("authorizerResultTtlInSeconds", _DEFAULT_TTL_SECONDS)),
    )


def _routes(body: Document, known: Mapping[str, Authorizer], place: Place) -> Iterator[Route]:
    for method, path, operation, at in operations(body, place):
        integration = operation[INTEGRATION]
        kind = str(integration.get("type")).lower()
        authorizer = authorizer_of(operation, known, at)
        if kind == "mock":
            yield Route(method, path, mock=_mock(integration), authorizer=authorizer)
        elif kind == "aws_proxy":
            yield Route(method, path, function_of(integration.get("uri"), at), authorizer=authorizer)
        else:
            raise at.error(f"has an integration of the type {kind}, which is not emulated")


def _mock(integration: Document) -> MockResponse:
    response = integration.get("responses", {}).get("default", {})
    headers = _static_headers(response.get("responseParameters"), "method.response.header.")
    return MockResponse(int(response.get("statusCode", 200)), headers)


def _gateway_responses(body: Document) -> dict[str, GatewayResponse]:
    responses = body.get("x-amazon-apigateway-gateway-responses") or {}
    return {kind: _gateway_response(response) for kind, response in responses.items()}


def _gateway_response(response: Document) -> GatewayResponse:
    status = response.get("statusCode")
    return GatewayResponse(
        status=int(status) if status else None,
        headers=_static_headers(response.get("responseParameters"), "gatewayresponse.header."),
        templates=dict(response.get("responseTemplates") or {}),
    )


def _static_headers(parameters: Mapping[str, Value] | None, prefix: str) -> dict[str, str]:
    """Only values in single quotes are fixed; mapping others from the request is not emulated."""
    return {
        name.removeprefix(prefix): value[1:-1]
        for name, value in (parameters or {}).items()
        if name.startswith(prefix)
        and isinstance(value, str)
        and value[:1] == value[-1:] == "'"
        and len(value) > 1
    }
