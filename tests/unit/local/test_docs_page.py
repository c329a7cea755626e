from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from local.asgi import Receive, Scope, Send
from local.docs_page import DocsPage, Site
from tests.unit.local.gateway.harness import send

DOCUMENT = {"openapi": "3.1.0", "paths": {}, "servers": [{"url": "https://api.example.com/prod/"}]}


async def gateway(_: Scope, __: Receive, send_message: Send) -> None:
    await send_message({"type": "http.response.start", "status": 299, "headers": []})
    await send_message({"type": "http.response.body", "body": b"gateway"})


@pytest.fixture
def openapi(tmp_path: Path) -> Path:
    path = tmp_path / "docs" / "openapi.json"
    path.parent.mkdir()
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def site(openapi: Path) -> Site:
    return Site([DocsPage(openapi)], gateway)


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_page_and_everything_that_it_loads_are_served_locally(site: Site, path: str) -> None:
    page = send(site, "GET", path)
    assert page.header("content-type") == "text/html; charset=utf-8"
    text = page.body.decode()
    assert not re.search(r"https?://", text)
    loaded = re.findall(r'(?:src|href|url)(?:=|: )"(/[^"]+)"', text)
    assert sorted(loaded) == ["/docs/openapi.json", "/docs/swagger-ui.css", "/docs/swagger-ui.js"]
    assert [send(site, "GET", url).status for url in loaded] == [200, 200, 200]


def test_the_page_keeps_the_key_between_visits(site: Site) -> None:
    assert b"persistAuthorization: true" in send(site, "GET", "/docs").body


def test_swagger_ui_is_the_real_one(site: Site) -> None:
    script = send(site, "GET", "/docs/swagger-ui.js")
    assert script.header("content-type") == "text/javascript; charset=utf-8"
    assert b"SwaggerUIBundle" in script.body


def test_requests_from_the_page_go_to_its_own_origin(site: Site) -> None:
    document = send(site, "GET", "/docs/openapi.json").json()
    assert [server["url"] for server in document["servers"]] == ["http://api.example.com:3000/prod"]
    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize("servers", [None, [], [{"url": "/"}], [{"url": "https://x.example/{stage}"}]])
def test_a_document_without_a_usable_server_is_served_from_the_root(
    site: Site, openapi: Path, servers: object
) -> None:
    openapi.write_text(json.dumps({**DOCUMENT, "servers": servers}))
    document = send(site, "GET", "/docs/openapi.json").json()
    assert document["servers"][0]["url"] == "http://api.example.com:3000"


def test_the_document_is_read_on_every_request(site: Site, openapi: Path) -> None:
    send(site, "GET", "/docs/openapi.json")
    openapi.write_text(json.dumps({**DOCUMENT, "openapi": "3.0.3"}))
    assert send(site, "GET", "/docs/openapi.json").json()["openapi"] == "3.0.3"


@pytest.mark.parametrize("path", ["/docs", "/docs/openapi.json"])
def test_a_missing_document_is_explained(site: Site, openapi: Path, path: str) -> None:
    openapi.unlink()
    answer = send(site, "GET", path)
    assert answer.status == 404
    assert b"docs/openapi.json is missing" in answer.body


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]"])
def test_a_broken_document_is_explained(site: Site, openapi: Path, content: bytes) -> None:
    openapi.write_bytes(content)
    answer = send(site, "GET", "/docs")
    assert answer.status == 404
    assert b"docs/openapi.json" in answer.body


def test_only_reading_is_served(site: Site) -> None:
    assert send(site, "HEAD", "/docs").body == b""
    assert send(site, "POST", "/docs").status == 405
    assert send(site, "GET", "/docs/../secrets").status == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/customers", "/docsy"])
def test_every_other_path_is_served_by_the_gateway(site: Site, path: str) -> None:
    assert send(site, "GET", path).status == 299
