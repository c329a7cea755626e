"""GET /api/v1/api-keys."""

from __future__ import annotations

from tests.support.answers import expect
from tests.support.fakes.functions import call


def test_without_keys_the_list_is_empty() -> None:
    assert expect(call("api_keys/list"), 200) == {"count": 0, "next": None, "previous": None, "results": []}


def test_keys_are_listed_newest_first_without_the_keys_themselves() -> None:
    made = [
        expect(call("api_keys/create", body={"name": name}), 201) for name in ("First", "Second", "Third")
    ]
    reply = call("api_keys/list")
    body = expect(reply, 200)
    secrets = [row.pop("key") for row in made]
    assert body["results"] == made[::-1]
    assert body["count"] == 3
    assert not any(secret in reply.text for secret in secrets)
