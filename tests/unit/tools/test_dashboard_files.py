"""The dashboard's files in a bucket: what is current, what is cached, and what stays of earlier builds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tools.dashboard import __main__ as command
from tools.dashboard.files import Bucket, BuildError, publish, read_build, remove_old_assets, restore, save

FIRST = {"index.html": b"first", "icon.svg": b"<svg/>", "assets/a-1.js": b"a", "assets/b-1.css": b"b"}
SECOND = {"index.html": b"second", "icon.svg": b"<svg/>", "assets/a-2.js": b"a2", "assets/b-1.css": b"b"}
CONFIG = {"apiUrl": "", "signIn": {"issuer": "https://pool.example.com"}}
OUTPUTS = {
    "DashboardUrl": "https://parity.example.com",
    "SignInIssuer": "https://pool.example.com",
    "SignInClientId": "client",
    "SignInUrl": "https://sign-in.example.com",
}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="files")
        yield Bucket(client, "files")


def now() -> datetime:
    return datetime.now(UTC)


def read_all(bucket: Bucket) -> dict[str, bytes | None]:
    listed = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
    return {each["Key"]: bucket.read(each["Key"]) for each in listed}


def age(bucket: Bucket, key: str, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a file older than it is."""
    list_ages = Bucket.list_ages

    def older(self: Bucket, prefix: str, now: datetime) -> Iterator[tuple[str, timedelta]]:
        for each, found in list_ages(self, prefix, now):
            yield each, found + timedelta(days=days) if each == key else found

    monkeypatch.setattr(Bucket, "list_ages", older)


def record_puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that are put into the bucket from now on, in order."""
    order: list[str] = []
    put = Bucket.put

    def record(self: Bucket, key: str, body: bytes) -> None:
        order.append(key)
        put(self, key, body)

    monkeypatch.setattr(Bucket, "put", record)
    return order


def test_a_file_says_what_it_is_and_how_long_it_may_be_kept(bucket: Bucket) -> None:
    publish(bucket, FIRST, CONFIG, now())
    heads = {key: bucket.client.head_object(Bucket=bucket.name, Key=key) for key in read_all(bucket)}
    forever = "public, max-age=31536000, immutable"
    assert {key: (head["ContentType"], head["CacheControl"]) for key, head in heads.items()} == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "config.json": ("application/json", "no-cache"),
        "current.json": ("application/json", "no-cache"),
        "icon.svg": ("image/svg+xml", "no-cache"),
        "assets/a-1.js": ("text/javascript; charset=utf-8", forever),
        "assets/b-1.css": ("text/css; charset=utf-8", forever),
    }


def test_one_build_gets_the_configuration_of_each_stage(bucket: Bucket) -> None:
    publish(bucket, FIRST, CONFIG, now())
    assert json.loads(bucket.read("config.json") or b"") == CONFIG
    assert bucket.read("index.html") == b"first"


def test_the_page_comes_after_all_that_it_loads(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the page meanwhile gets the old one or the new one, each complete."""
    order = record_puts(monkeypatch)
    publish(bucket, FIRST, CONFIG, now())
    assert order[-3:] == ["config.json", "index.html", "current.json"]
    assert set(order[:-3]) == {"icon.svg", "assets/a-1.js", "assets/b-1.css"}


def test_assets_of_an_earlier_build_stay_for_a_month(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(bucket, FIRST, CONFIG, now())
    publish(bucket, SECOND, CONFIG, now())
    assert {"assets/a-1.js", "assets/a-2.js", "assets/b-1.css"} <= read_all(bucket).keys()
    age(bucket, "assets/a-1.js", 29, monkeypatch)
    remove_old_assets(bucket, SECOND, now())
    assert "assets/a-1.js" in read_all(bucket)
    age(bucket, "assets/a-1.js", 2, monkeypatch)
    publish(bucket, SECOND, CONFIG, now())
    assert read_all(bucket).keys() == {*SECOND, "config.json", "current.json"}


def test_the_month_begins_when_an_asset_is_no_longer_current(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build may have been current for longer than that. What is put there again is new again."""
    publish(bucket, FIRST, CONFIG, now())
    order = record_puts(monkeypatch)
    publish(bucket, SECOND, CONFIG, now())
    assert "assets/a-1.js" in order
    assert bucket.read("assets/a-1.js") == b"a"
    order.clear()
    publish(bucket, SECOND, CONFIG, now())
    assert "assets/a-1.js" not in order


def test_current_assets_stay_however_old_they_are(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(bucket, FIRST, CONFIG, now())
    age(bucket, "assets/a-1.js", 400, monkeypatch)
    remove_old_assets(bucket, FIRST, now())
    assert "assets/a-1.js" in read_all(bucket)


def test_a_build_is_taken_back_with_its_configuration(bucket: Bucket, tmp_path: Path) -> None:
    publish(bucket, FIRST, CONFIG, now())
    first = read_all(bucket)
    assert save(bucket, tmp_path)
    publish(bucket, SECOND, {"apiUrl": "https://other"}, now())
    restore(bucket, tmp_path)
    assert read_all(bucket) == first | {"assets/a-2.js": b"a2"}
    assert bucket.list_current() == sorted([*FIRST, "config.json"])


def test_an_empty_bucket_has_nothing_to_take_back(bucket: Bucket, tmp_path: Path) -> None:
    assert not save(bucket, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_page_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"has no index\.html"):
        read_build(tmp_path)


def test_a_file_of_an_unknown_type_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "movie.mp4").write_text("movie")
    with pytest.raises(BuildError, match=r"movie\.mp4"):
        read_build(tmp_path)


def test_a_build_is_read_by_the_paths_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "assets/a-1.js").write_text("a")
    assert read_build(tmp_path) == {"index.html": b"page", "assets/a-1.js": b"a"}


@pytest.fixture
def stack(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The outputs of a stack with a dashboard, and a build for it."""
    origin = {
        "Id": "files",
        "DomainName": "files.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {"TargetOriginId": "files", "ViewerProtocolPolicy": "https-only"}
    configuration: Any = {
        "CallerReference": "test",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
    }
    site = boto3.client("cloudfront").create_distribution(DistributionConfig=configuration)["Distribution"]
    outputs = OUTPUTS | {"DashboardBucket": bucket.name, "DashboardDistributionId": site["Id"]}
    monkeypatch.setattr(command, "read_outputs", lambda _: outputs)
    monkeypatch.setattr(command, "BUILD", tmp_path / "build")
    monkeypatch.setattr(command, "PREVIOUS", tmp_path / "previous")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/index.html").write_text("page")
    return outputs


def list_invalidated(stack: dict[str, str]) -> list[set[str]]:
    client, site = boto3.client("cloudfront"), stack["DashboardDistributionId"]
    listed = client.list_invalidations(DistributionId=site)["InvalidationList"].get("Items", [])
    found = (client.get_invalidation(DistributionId=site, Id=each["Id"])["Invalidation"] for each in listed)
    return [set(each["InvalidationBatch"]["Paths"]["Items"]) for each in found]


def test_publishing_tells_the_page_who_signs_people_in(stack: dict[str, str], bucket: Bucket) -> None:
    assert (
        command.run("publish", "parity-dev")
        == "Published 1 files of the dashboard: https://parity.example.com/"
    )
    assert json.loads(bucket.read("config.json") or b"") == {
        "apiUrl": "",
        "signIn": {
            "issuer": "https://pool.example.com",
            "clientId": "client",
            "signOutUrl": "https://sign-in.example.com/logout",
        },
    }


def test_cloudfront_asks_again_for_what_has_a_fixed_name(stack: dict[str, str]) -> None:
    command.run("publish", "parity-dev")
    assert list_invalidated(stack) == [{"/", "/index.html", "/config.json"}]


def test_a_rollback_takes_the_page_back(stack: dict[str, str], bucket: Bucket) -> None:
    assert command.run("save", "parity-dev") == "The dashboard of parity-dev is new."
    assert command.run("restore", "parity-dev").startswith("The dashboard cannot be taken back")
    command.run("publish", "parity-dev")
    assert command.run("save", "parity-dev") == "The dashboard of parity-dev is kept."
    (command.BUILD / "index.html").write_text("next page")
    command.run("publish", "parity-dev")
    assert command.run("restore", "parity-dev") == "The dashboard is as it was: https://parity.example.com/"
    assert bucket.read("index.html") == b"page"
    assert len(list_invalidated(stack)) == 3


def test_a_stack_without_a_dashboard_gets_none(stack: dict[str, str], bucket: Bucket) -> None:
    del stack["DashboardBucket"]
    assert command.run("publish", "parity-dev") == "parity-dev has no dashboard."
    assert "Contents" not in bucket.client.list_objects_v2(Bucket=bucket.name)


def test_a_stack_that_is_new_has_nothing_to_save(
    stack: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> dict[str, str]:
        error: Any = {"Error": {"Code": "ValidationError", "Message": "Stack parity-dev does not exist"}}
        raise ClientError(error, "DescribeStacks")

    monkeypatch.setattr(command, "read_outputs", refuse)
    assert command.save("parity-dev") == "The dashboard of parity-dev is new."
