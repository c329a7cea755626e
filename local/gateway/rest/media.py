"""Media types that a REST API treats as binary."""

from __future__ import annotations

from collections.abc import Collection


def is_binary(content_type: str | None, binary_media_types: Collection[str]) -> bool:
    """Whether a Content-Type header or an Accept header has one of an API's binary media types.

    Of an Accept header only the first type counts ("Return binary media from a Lambda proxy integration" in
    the API Gateway developer guide). Parameters such as `charset` do not count.
    """
    media_type = (content_type or "").split(",", 1)[0].split(";", 1)[0].strip().lower()
    family = f"{media_type.split('/', 1)[0]}/*"
    return any(known in {"*/*", family, media_type} for known in binary_media_types)
