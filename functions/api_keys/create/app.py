"""POST /api/v1/api-keys: creates an API key."""

from __future__ import annotations

from parity.api_keys.api.models import ApiKeyCreate, ApiKeyCreated, created_key_response
from parity.api_keys.service.api_keys import create_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/api-keys",
    summary="Create an API key",
    tags=["API keys"],
    operation_id="createApiKey",
    status_code=201,
    responses=describe_responses(201, "The key, shown this once.", 400, 415, 422, 503),
)
def create(body: ApiKeyCreate, idempotency_key: IdempotencyKey = None) -> Response[ApiKeyCreated]:
    """Only a digest of the key is stored, so a replayed answer has null in its place."""
    request = IdempotentRequest(app, idempotency_key)
    record = request.recorder(created_key_response)
    api_key, key = create_api_key(api_key_store(), body.kind, body.name, now(), record)
    return created_key_response(api_key, key)


handler = entrypoint(app)
