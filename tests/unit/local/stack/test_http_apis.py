from __future__ import annotations

from local.model import Authorizer, Cors, HttpRoute
from tests.unit.local.stack.editable_template import EditableTemplate


def test_an_http_api_is_what_its_gateway_needs(template: EditableTemplate) -> None:
    (api,) = template.load().http_apis
    assert api.name == "Edge"
    assert set(api.routes) == {
        HttpRoute("GET /items/{itemId}", "test-items-get", "EdgeAuthorizer"),
        HttpRoute("ANY /open/{proxy+}", "test-items-get"),
    }
    assert api.authorizers == {
        "EdgeAuthorizer": Authorizer(
            "EdgeAuthorizer", "test-api-keys-authorize", ("Authorization",), 60, per_route=True
        )
    }
    assert api.cors == Cors(
        allow_origins=("https://app.example.com", "https://admin.example.com"),
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization",),
        expose_headers=("ETag",),
        max_age_seconds=600,
    )


def test_a_route_without_a_path_is_the_default_route(template: EditableTemplate) -> None:
    template.edit("Path: '/open/{proxy+}', Method: ANY, Auth", "Auth")
    (api,) = template.load().http_apis
    assert HttpRoute("$default", "test-items-get") in api.routes


def test_an_http_api_without_cors_answers_no_preflight(template: EditableTemplate) -> None:
    text = template.path.read_text()
    start, end = text.index("      CorsConfiguration:"), text.index("      Auth:\n", text.index("  Edge:"))
    template.path.write_text(text[:start] + text[end:])
    (api,) = template.load().http_apis
    assert api.cors is None


def test_an_authorizer_without_an_identity_is_not_cached(template: EditableTemplate) -> None:
    template.edit("Identity: {Headers: [Authorization], Context: [routeKey], ReauthorizeEvery: 60}", "")
    (api,) = template.load().http_apis
    assert api.authorizers["EdgeAuthorizer"].ttl_seconds == 0
