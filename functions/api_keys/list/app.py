"""GET /api/v1/api-keys: lists the API keys."""

from __future__ import annotations

from parity.api.api_keys import ApiKeyList, ApiKeyModel
from parity.api.app import api, entrypoint
from parity.api.openapi import answers
from parity.api_keys import list_api_keys
from parity.store.api_keys import api_key_store

app = api()


@app.get(
    "/api/v1/api-keys",
    summary="List the API keys",
    tags=["API keys"],
    operation_id="listApiKeys",
    responses=answers(200, "All keys, newest first."),
)
def list_() -> ApiKeyList:
    """Revoked keys included; never the keys themselves."""
    found = list_api_keys(api_key_store())
    return ApiKeyList(count=len(found), results=[ApiKeyModel.of(api_key) for api_key in found])


handler = entrypoint(app)
