"""DELETE /api/v1/api-keys/{keyId}."""

from __future__ import annotations

import pytest

from tests.support.answers import expect, refusal
from tests.support.fakes.functions import call


def list_revocations() -> dict[str, str | None]:
    """When each key was revoked, by name."""
    return {row["name"]: row["revokedOn"] for row in expect(call("api_keys/list"), 200)["results"]}


def test_a_revoked_key_stays_in_the_list_with_the_time_of_the_first_revocation() -> None:
    gone = expect(call("api_keys/create", body={"name": "Gone"}), 201)
    call("api_keys/create", body={"name": "Kept"})
    reply = call("api_keys/revoke", parameters={"keyId": gone["id"]})
    assert (reply.status, reply.text) == (204, "")
    once = list_revocations()
    assert once["Kept"] is None
    assert once["Gone"] is not None
    assert once["Gone"] > gone["createdOn"]
    assert call("api_keys/revoke", parameters={"keyId": gone["id"]}).status == 204
    assert list_revocations() == once


@pytest.mark.parametrize("key_id", ["key_0123456789abcdef", "key_", "x", "🎉", "#", "\x00", "x" * 3000])
def test_an_unknown_key_is_not_found(key_id: str) -> None:
    call("api_keys/create", body={"name": "Kept"})
    assert refusal(call("api_keys/revoke", parameters={"keyId": key_id})) == (404, "api_key_not_found")
    assert list_revocations() == {"Kept": None}
