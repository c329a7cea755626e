"""ETag and If-Match: a change is made to the version that the caller saw, or not at all."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from parity.http.declarations import AfterValidator, Header, Response, WithJsonSchema

Body = TypeVar("Body")

ANY = "*"
TAG = '(?:W/)?"[0-9]{1,18}"'
TAGS = re.compile(rf"\s*{TAG}\s*(?:,\s*{TAG}\s*)*")


def etag(version: int) -> str:
    return f'"{version}"'


def response_with_etag(
    body: Body, version: int, status: int = 200, location: str | None = None
) -> Response[Body]:
    headers = {"ETag": etag(version)}
    if location:
        headers["Location"] = location
    return Response(status, "application/json", body, headers=headers)


def _checked(header: str | None) -> str | None:
    if header is not None and header.strip() != ANY and not TAGS.fullmatch(header):
        raise ValueError('must be an ETag, such as "3" with its quotes, or *.')
    return header


IfMatch = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": rf"^(?:\*|{TAG}(?:\s*,\s*{TAG})*)$"})] | None,
    Header(alias="If-Match", description="The ETag of the version to change; another one gives 412."),
    AfterValidator(_checked),
]


def expected_versions(if_match: str | None) -> frozenset[int] | None:
    """The versions that the header allows; None if it allows any."""
    if if_match is None or if_match.strip() == ANY:
        return None
    return frozenset(int(version) for version in re.findall(r"\d+", if_match))
