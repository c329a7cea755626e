"""Two APIs with the same routes, and what differs between their gateways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.model import Authorizer, Cors, GatewayResponse, HttpApi, HttpRoute, MockResponse, RestApi, Route

Json = Any

REST_ARN = "arn:aws:execute-api:us-east-1:000000000000:Api/prod/"


def make_policy(*statements: Json) -> Json:
    """A policy as authorizers of REST APIs answer it."""
    return {
        "principalId": "key-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
    }


def make_statement(effect: str, resource: str | list[str]) -> Json:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}


ALLOW_ALL = make_policy(make_statement("Allow", "*"))

REST_API = RestApi(
    name="Api",
    stage="prod",
    routes=(
        Route("GET", "/items", "items-list"),
        Route("POST", "/items", "items-create"),
        Route("GET", "/items/{itemId}", "items-get"),
        Route("POST", "/items/import", "items-import"),
        Route("ANY", "/files/{proxy+}", "files"),
        Route("GET", "/secret/{name}", "secret-get", authorizer="Keys"),
        Route("DELETE", "/secret/{name}", "secret-delete", authorizer="Keys"),
        Route("OPTIONS", "/items", mock=MockResponse(200, {"Access-Control-Allow-Origin": "*"})),
    ),
    authorizers={"Keys": Authorizer("Keys", "authorize", ("Authorization",), 60)},
    gateway_responses={
        "UNAUTHORIZED": GatewayResponse(
            401,
            {"Content-Type": "application/problem+json", "WWW-Authenticate": "Bearer"},
            {"application/json": '{"code": "unauthorized", "id": "$context.requestId"}'},
            frozenset({"X-Request-Id"}),
        ),
        "MISSING_AUTHENTICATION_TOKEN": GatewayResponse(
            404, {}, {"application/json": '{"detail": $context.error.messageString}'}
        ),
    },
    binary_media_types=frozenset({"text/csv"}),
)

HTTP_API = HttpApi(
    name="Edge",
    routes=(
        HttpRoute("GET /items", "items-list"),
        HttpRoute("POST /items", "items-create"),
        HttpRoute("GET /items/{itemId}", "items-get"),
        HttpRoute("ANY /files/{proxy+}", "files"),
        HttpRoute("GET /secret/{name}", "secret-get", authorizer="Keys"),
        HttpRoute("DELETE /secret/{name}", "secret-delete", authorizer="Keys"),
    ),
    authorizers={"Keys": Authorizer("Keys", "authorize", ("Authorization",), 60)},
    cors=Cors(
        allow_origins=("https://app.example.com", "https://admin.example.com"),
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type"),
        expose_headers=("ETag",),
        max_age_seconds=600,
    ),
)


@dataclass(frozen=True)
class Kind:
    """One kind of API: how its authorizers answer, and what its gateway answers in which case."""

    api: RestApi | HttpApi
    allow: Json
    deny: Json
    id_headers: tuple[str, ...]
    default_content_type: str
    binary_content_type: str
    """A type of bodies that functions get as base64."""
    denied: tuple[int, Json]
    authorizer_failed: tuple[int, Json]
    function_failed: tuple[int, Json]
    function_timed_out: tuple[int, Json]
    gateway_failed: tuple[int, Json]
    request_too_large: tuple[int, Json]
    route_missing: tuple[int, Json]


REST = Kind(
    api=REST_API,
    allow=ALLOW_ALL,
    deny=make_policy(make_statement("Deny", "*")),
    id_headers=("x-amzn-requestid", "x-amz-apigw-id"),
    default_content_type="application/json",
    binary_content_type="text/csv",
    denied=(403, {"message": "User is not authorized to access this resource with an explicit deny"}),
    authorizer_failed=(500, {"message": None}),
    function_failed=(502, {"message": "Internal server error"}),
    function_timed_out=(504, {"message": "Endpoint request timed out"}),
    gateway_failed=(500, {"message": "Internal server error"}),
    request_too_large=(413, {"message": "Request Too Long"}),
    route_missing=(404, {"detail": "Missing Authentication Token"}),
)
HTTP = Kind(
    api=HTTP_API,
    allow={"isAuthorized": True},
    deny={"isAuthorized": False},
    id_headers=("apigw-requestid",),
    default_content_type="text/plain;charset=UTF-8",
    binary_content_type="application/octet-stream",
    denied=(403, {"message": "Forbidden"}),
    authorizer_failed=(500, {"message": "Internal Server Error"}),
    function_failed=(500, {"message": "Internal Server Error"}),
    function_timed_out=(503, {"message": "Service Unavailable"}),
    gateway_failed=(500, {"message": "Internal Server Error"}),
    request_too_large=(413, {"message": "Request Entity Too Large"}),
    route_missing=(404, {"message": "Not Found"}),
)
