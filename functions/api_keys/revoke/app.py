"""DELETE /api/v1/api-keys/{keyId}: revokes an API key."""

from __future__ import annotations

from typing import Annotated

from parity.api_keys.service.api_keys import revoke_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.times import now
from parity.http.app import api, entrypoint
from parity.http.declarations import Path, Response
from parity.http.openapi import describe_responses

app = api()


@app.delete(
    "/api/v1/api-keys/<keyId>",
    summary="Revoke an API key",
    tags=["API keys"],
    operation_id="revokeApiKey",
    status_code=204,
    responses=describe_responses(204, "Revoked, now or before.", 400, 404),
)
def revoke(key_id: Annotated[str, Path(alias="keyId", description="The `id` of the key.")]) -> Response[None]:
    """A gateway may still accept the key for up to a minute."""
    revoke_api_key(api_key_store(), key_id, now())
    return Response(204)


handler = entrypoint(app)
