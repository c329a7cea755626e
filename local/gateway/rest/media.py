"""Media types that an API treats as binary."""

from __future__ import annotations

from collections.abc import Collection


def is_binary(content_type: str | None, binary_media_types: Collection[str]) -> bool:
    """Whether a Content-Type, or the first type of an Accept header, is one of an API's binary media types.

    Only the first type of an Accept header counts ("Return binary media from a Lambda proxy integration" in
    the API Gateway developer guide), and parameters such as `charset` do not.
    """
    media_type = (content_type or "").split(",", 1)[0].split(";", 1)[0].strip().lower()
    family = f"{media_type.split('/', 1)[0]}/*"
    return any(known in {"*/*", family, media_type} for known in binary_media_types)
