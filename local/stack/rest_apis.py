"""REST APIs, read from the OpenAPI document that the SAM transform writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from local.model import Authorizer, GatewayResponse, MockResponse, RestApi, Route
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.openapi import find_function, list_operations, read_authorizers, require_document
from local.stack.transform import Document, Value

_GATEWAY_HEADER = "gatewayresponse.header."
_HEADER_SOURCE = "method.request.header."
_DEFAULT_TTL_SECONDS = 300


def read_rest_apis(resolver: Resolver) -> tuple[RestApi, ...]:
    """Every REST API with the stage that deploys it; raises TemplateError for what is not emulated."""
    stages = {
        stage["RestApiId"]: stage["StageName"]
        for stage in resolver.resources("AWS::ApiGateway::Stage").values()
    }
    return tuple(
        _read_api(resolver.name(logical_id), properties, stages, resolver.place(logical_id))
        for logical_id, properties in resolver.resources("AWS::ApiGateway::RestApi").items()
    )


def _read_api(name: str, properties: Document, stages: Mapping[str, str], place: Place) -> RestApi:
    body = require_document(properties, place)
    if name not in stages:
        raise (place / "StageName").error("is missing: no stage deploys the API")
    authorizers = read_authorizers(body, place, _read_authorizer)
    return RestApi(
        name=name,
        stage=stages[name],
        routes=tuple(_read_routes(body, authorizers, place)),
        authorizers=authorizers,
        gateway_responses=_read_gateway_responses(body),
        binary_media_types=_read_binary_media_types(properties, body),
    )


def _read_binary_media_types(properties: Document, body: Document) -> frozenset[str]:
    types = [
        *(properties.get("BinaryMediaTypes") or ()),
        *(body.get("x-amazon-apigateway-binary-media-types") or ()),
    ]
    return frozenset(item.replace("~1", "/").lower() for item in types)


def _read_authorizer(name: str, settings: Document, place: Place) -> Authorizer:
    if settings.get("type") != "request":
        raise place.error("is not a Lambda authorizer with the payload type REQUEST")
    sources = [item.strip() for item in settings.get("identitySource", "").split(",") if item.strip()]
    if not all(source.startswith(_HEADER_SOURCE) for source in sources):
        raise place.error("has an identity source that is not a header")
    return Authorizer(
        name=name,
        function=find_function(settings.get("authorizerUri"), place),
        identity_headers=tuple(source.removeprefix(_HEADER_SOURCE) for source in sources),
        ttl_seconds=int(settings.get("authorizerResultTtlInSeconds", _DEFAULT_TTL_SECONDS)),
    )


def _read_routes(body: Document, known: Collection[str], place: Place) -> Iterator[Route]:
    for operation in list_operations(body, place):
        method, path, authorizer = operation.method, operation.path, operation.find_authorizer(known)
        match operation.integration_type:
            case "mock":
                mock = _read_mock(operation.integration)
                yield Route(method, path, mock=mock, authorizer=authorizer)
            case "aws_proxy":
                yield Route(method, path, operation.find_function(), authorizer=authorizer)
            case _:
                raise operation.unsupported_integration()


def _read_mock(integration: Document) -> MockResponse:
    response = integration.get("responses", {}).get("default", {})
    headers = _read_fixed_headers(response.get("responseParameters"), "method.response.header.")
    return MockResponse(int(response.get("statusCode", 200)), headers)


def _read_gateway_responses(body: Document) -> dict[str, GatewayResponse]:
    responses = body.get("x-amazon-apigateway-gateway-responses") or {}
    return {kind: _read_gateway_response(response) for kind, response in responses.items()}


def _read_gateway_response(response: Document) -> GatewayResponse:
    status = response.get("statusCode")
    parameters: Mapping[str, Value] = response.get("responseParameters") or {}
    return GatewayResponse(
        status=int(status) if status else None,
        headers=_read_fixed_headers(parameters, _GATEWAY_HEADER),
        templates=dict(response.get("responseTemplates") or {}),
        id_headers=frozenset(
            name.removeprefix(_GATEWAY_HEADER)
            for name, value in parameters.items()
            if name.startswith(_GATEWAY_HEADER) and value == "context.requestId"
        ),
    )


def _read_fixed_headers(parameters: Mapping[str, Value] | None, prefix: str) -> dict[str, str]:
    """The headers with values in single quotes, which are fixed. Other values are not emulated here."""
    return {
        name.removeprefix(prefix): value[1:-1]
        for name, value in (parameters or {}).items()
        if name.startswith(prefix)
        and isinstance(value, str)
        and value[:1] == value[-1:] == "'"
        and len(value) > 1
    }
