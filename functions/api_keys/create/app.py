"""POST /api/v1/api-keys: creates an API key."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.api_keys import ApiKeyCreate, ApiKeyCreated, shown_once
from parity.api.app import api, entrypoint
from parity.api.idempotency import IdempotencyKey, Once
from parity.api.openapi import answers
from parity.api_keys import create_api_key
from parity.domain.times import now
from parity.store.api_keys import api_key_store

app = api()


@app.post(
    "/api/v1/api-keys",
    summary="Create an API key",
    tags=["API keys"],
    operation_id="createApiKey",
    status_code=201,
    responses=answers(201, "The key, shown this once.", 400, 415, 422, 503),
)
def create(body: ApiKeyCreate, idempotency_key: IdempotencyKey = None) -> Response[ApiKeyCreated]:
    """Only a digest of the key is kept: a replayed answer has null in its place."""
    once = Once(app, idempotency_key)
    api_key, key = create_api_key(api_key_store(), body.kind, body.name, now(), once.recorder(shown_once))
    return shown_once(api_key, key)


handler = entrypoint(app)
