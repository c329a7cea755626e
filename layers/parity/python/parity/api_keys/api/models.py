"""Requests and answers about API keys (docs/http.md, "Keys")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.http.declarations import Field, Response
from parity.http.models import RequestModel, ResponseModel, Text, Timestamp

if TYPE_CHECKING:
    from typing import Self

    from parity.api_keys.rules.api_keys import ApiKey


class ApiKeyCreate(RequestModel):
    """`sk` keys may do everything, `rk` keys read, and `pk` keys, for a browser, read entitlements."""

    name: Text
    kind: ApiKeyKind = ApiKeyKind.SECRET


class ApiKeyModel(ResponseModel):
    """What is known of a key, without the key itself. `lastUsedOn` may be up to an hour behind."""

    id: str
    name: str
    kind: ApiKeyKind
    prefix: str
    last_four: str
    created_on: Timestamp
    last_used_on: Timestamp | None
    revoked_on: Timestamp | None

    @classmethod
    def of(cls, api_key: ApiKey, **more: str | None) -> Self:
        return cls(
            id=api_key.key_id,
            name=api_key.name,
            kind=api_key.kind,
            prefix=api_key.prefix,
            last_four=api_key.last_four,
            created_on=api_key.created_on,
            last_used_on=api_key.last_used_on,
            revoked_on=api_key.revoked_on,
            **more,
        )


class ApiKeyCreated(ApiKeyModel):
    key: Annotated[
        str | None,
        Field(description="The key, in this answer only. Null in a replayed answer: the key is not stored."),
    ]


class ApiKeyList(ResponseModel):
    """All keys, newest first; an organisation has few."""

    count: int
    next: None = None
    previous: None = None
    results: list[ApiKeyModel]


def created_key_response(api_key: ApiKey, key: str | None = None) -> Response[ApiKeyCreated]:
    """201 with the key; the answer that is stored to be replayed is made without it."""
    return Response(201, "application/json", ApiKeyCreated.of(api_key, key=key))
