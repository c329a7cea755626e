from __future__ import annotations

from local.model import Authorizer, GatewayResponse, MockResponse, Route
from tests.unit.local.stack.editable_template import EditableTemplate


def test_routes_have_the_default_authorizer_unless_the_event_names_none(template: EditableTemplate) -> None:
    (api,) = template.load().rest_apis
    assert Route("GET", "/items/{itemId}", "test-items-get", authorizer="KeyAuthorizer") in api.routes
    assert Route("ANY", "/open/{proxy+}", "test-items-get") in api.routes
    assert api.stage == "prod"
    assert api.binary_media_types == {"text/csv"}
    assert api.authorizers == {
        "KeyAuthorizer": Authorizer("KeyAuthorizer", "test-api-keys-authorize", ("Authorization",), 60)
    }


def test_cors_becomes_preflight_routes_without_an_authorizer(template: EditableTemplate) -> None:
    (api,) = template.load(Origin="https://other.example.com").rest_apis
    preflight = MockResponse(
        200,
        {
            "Access-Control-Allow-Origin": "https://other.example.com",
            "Access-Control-Allow-Headers": "Authorization,Content-Type",
            "Access-Control-Allow-Methods": "GET,POST",
            "Access-Control-Max-Age": "600",
        },
    )
    assert Route("OPTIONS", "/items/{itemId}", mock=preflight) in api.routes


def test_gateway_responses_keep_fixed_headers_and_those_with_the_id(template: EditableTemplate) -> None:
    (api,) = template.load().rest_apis
    assert api.gateway_responses["UNAUTHORIZED"] == GatewayResponse(
        401,
        {"Content-Type": "application/problem+json", "WWW-Authenticate": "Bearer"},
        {"application/json": '{"code": "unauthorized", "requestId": "$context.requestId"}'},
        frozenset({"X-Request-Id"}),
    )
    assert api.gateway_responses["DEFAULT_5XX"].status is None
