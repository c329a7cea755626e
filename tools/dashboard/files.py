"""The files of the dashboard in its bucket.

The names of assets change with their content, so they may be cached for ever. A page that is open loads
further assets of its own build later on. So those of earlier builds stay for a month after they were current.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ASSETS = "assets/"
PAGE, CONFIG = "index.html", "config.json"
CURRENT = "current.json"
"""Lists the files of the build that is current, for the next one."""

KEPT = timedelta(days=30)
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASKED_FOR = "no-cache"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class BuildError(Exception):
    """The build cannot be published; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket of one stack."""

    client: S3Client
    name: str

    def put(self, key: str, body: bytes) -> None:
        caching = FOREVER if key.startswith(ASSETS) else ALWAYS_ASKED_FOR
        content_type = CONTENT_TYPES[PurePosixPath(key).suffix]
        self.client.put_object(
            Bucket=self.name, Key=key, Body=body, ContentType=content_type, CacheControl=caching
        )

    def read(self, key: str) -> bytes | None:
        try:
            return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None

    def list_current(self) -> list[str]:
        """The files of the build that was published last."""
        listed: list[str] = json.loads(self.read(CURRENT) or b"[]")
        return listed

    def list_ages(self, prefix: str, now: datetime) -> Iterator[tuple[str, timedelta]]:
        """Each key, and how long ago it was put there."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            for each in page.get("Contents", ()):
                yield each["Key"], now - each["LastModified"]


def read_build(folder: Path) -> dict[str, bytes]:
    """The files of a build by their keys. Raises BuildError."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if PAGE not in files:
        raise BuildError(f"{folder} has no {PAGE}: build it with `make build`.")
    unknown = sorted(key for key in files if PurePosixPath(key).suffix not in CONTENT_TYPES)
    if unknown:
        raise BuildError(f"The content type of {', '.join(unknown)} is not known (CONTENT_TYPES).")
    return {key: path.read_bytes() for key, path in files.items()}


def publish(bucket: Bucket, build: Mapping[str, bytes], config: Mapping[str, Any], now: datetime) -> None:
    """Makes the build current. The page itself comes last, when all that it loads is there."""
    before = bucket.list_current()
    everything = {**build, CONFIG: json.dumps(config, indent=1).encode()}
    for key in sorted(everything, key=_order):
        bucket.put(key, everything[key])
    bucket.put(CURRENT, json.dumps(sorted(everything)).encode())
    renew(bucket, set(before) - everything.keys())
    remove_old_assets(bucket, everything.keys(), now)


def renew(bucket: Bucket, keys: Iterable[str]) -> None:
    """Puts assets there again, so that their age is the time since they were current."""
    for key in keys:
        body = bucket.read(key) if key.startswith(ASSETS) else None
        if body is not None:
            bucket.put(key, body)


def remove_old_assets(bucket: Bucket, current: Iterable[str], now: datetime) -> None:
    kept = set(current)
    for key, age in bucket.list_ages(ASSETS, now):
        if key not in kept and age > KEPT:
            bucket.client.delete_object(Bucket=bucket.name, Key=key)


def save(bucket: Bucket, folder: Path) -> bool:
    """Keeps the files that the next build replaces; False if there is no build yet."""
    current = bucket.list_current()
    for key in current:
        if not key.startswith(ASSETS) and (body := bucket.read(key)) is not None:
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(body)
    if current:
        (folder / CURRENT).write_text(json.dumps(current), encoding="utf-8")
    return bool(current)


def restore(bucket: Bucket, folder: Path) -> None:
    """Makes the build current again whose files were saved. Its assets are still there."""
    replaced = bucket.list_current()
    saved = read_build(folder)
    for key in sorted(saved, key=_order):
        bucket.put(key, saved[key])
    renew(bucket, set(replaced) - set(json.loads(saved[CURRENT])))


def _order(key: str) -> tuple[bool, bool, str]:
    return key in {CONFIG, PAGE}, key == PAGE, key


def utc_now() -> datetime:
    return datetime.now(UTC)
