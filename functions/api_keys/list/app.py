"""GET /api/v1/api-keys: lists the API keys."""

from __future__ import annotations

from parity.api_keys.api.models import ApiKeyList, ApiKeyModel
from parity.api_keys.service.api_keys import list_api_keys
from parity.api_keys.store.api_keys import api_key_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/api-keys",
    summary="List the API keys",
    tags=["API keys"],
    operation_id="listApiKeys",
    responses=describe_responses(200, "All keys, newest first.", 400),
)
def list_keys() -> ApiKeyList:
    """All keys, revoked ones included. The secret part is never shown again."""
    found = list_api_keys(api_key_store())
    return ApiKeyList(count=len(found), results=[ApiKeyModel.of(api_key) for api_key in found])


handler = entrypoint(app)
