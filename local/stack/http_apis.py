"""HTTP APIs, read from the OpenAPI document that the SAM transform writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from local.model import Authorizer, Cors, HttpApi, HttpRoute
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.openapi import find_function, list_operations, read_authorizers, require_document
from local.stack.transform import Document

_DEFAULT_STAGE = "$default"
_HEADER_SOURCE = "$request.header."
_ROUTE_KEY_SOURCE = "$context.routeKey"


def read_http_apis(resolver: Resolver) -> tuple[HttpApi, ...]:
    """Every HTTP API; raises TemplateError for what is not emulated."""
    stages = {
        stage["ApiId"]: stage["StageName"]
        for stage in resolver.resources("AWS::ApiGatewayV2::Stage").values()
    }
    found = []
    for logical_id, properties in resolver.resources("AWS::ApiGatewayV2::Api").items():
        name, place = resolver.name(logical_id), resolver.place(logical_id)
        if stages.get(name) != _DEFAULT_STAGE:
            raise (place / "StageName").error(f"must be {_DEFAULT_STAGE}, the only stage that is emulated")
        found.append(_read_api(name, properties, place))
    return tuple(found)


def _read_api(name: str, properties: Document, place: Place) -> HttpApi:
    body = require_document(properties, place)
    authorizers = read_authorizers(body, place, _read_authorizer)
    cors = body.get("x-amazon-apigateway-cors")
    return HttpApi(
        name=name,
        routes=tuple(_read_routes(body, authorizers, place)),
        authorizers=authorizers,
        cors=_read_cors(cors) if cors else None,
    )


def _read_routes(body: Document, known: Collection[str], place: Place) -> Iterator[HttpRoute]:
    for operation in list_operations(body, place):
        if operation.integration_type != "aws_proxy":
            raise operation.unsupported_integration()
        version = operation.integration.get("payloadFormatVersion")
        _require_format(version, "PayloadFormatVersion", operation.place)
        method, path = operation.method, operation.path
        yield HttpRoute(
            key=path if path == _DEFAULT_STAGE else f"{method} {path}",
            function=operation.find_function(),
            authorizer=operation.find_authorizer(known),
        )


def _require_format(version: object, name: str, place: Place) -> None:
    if str(version) != "2.0":
        raise (place / name).error(f"is {version}, but only 2.0 is emulated")


def _read_authorizer(name: str, settings: Document, place: Place) -> Authorizer:
    if settings.get("type") != "request":
        raise place.error("is not a Lambda authorizer")
    _require_format(settings.get("authorizerPayloadFormatVersion"), "AuthorizerPayloadFormatVersion", place)
    if not settings.get("enableSimpleResponses"):
        raise (place / "EnableSimpleResponses").error("is not true: policies are emulated for REST APIs only")
    sources = settings.get("identitySource") or ()
    headers = [source for source in sources if source != _ROUTE_KEY_SOURCE]
    if not all(source.startswith(_HEADER_SOURCE) for source in headers):
        raise place.error("has an identity source that is neither a header nor the route key")
    return Authorizer(
        name=name,
        function=find_function(settings.get("authorizerUri"), place),
        identity_headers=tuple(source.removeprefix(_HEADER_SOURCE) for source in headers),
        ttl_seconds=int(settings.get("authorizerResultTtlInSeconds", 0)) if sources else 0,
        per_route=_ROUTE_KEY_SOURCE in sources,
    )


def _read_cors(settings: Document) -> Cors:
    max_age = settings.get("maxAge")
    return Cors(
        allow_origins=tuple(settings.get("allowOrigins") or ()),
        allow_methods=tuple(settings.get("allowMethods") or ()),
        allow_headers=tuple(settings.get("allowHeaders") or ()),
        expose_headers=tuple(settings.get("exposeHeaders") or ()),
        allow_credentials=bool(settings.get("allowCredentials")),
        max_age_seconds=None if max_age is None else int(max_age),
    )
