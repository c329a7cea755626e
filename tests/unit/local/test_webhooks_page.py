from __future__ import annotations

import json

import pytest

from local.asgi import Receive, Scope, Send
from local.docs_page import Site
from local.webhooks_page import WebhooksPage
from tests.unit.local.gateway.harness import send

EVENT = {"id": "1", "type": "customer.created", "data": {"object": {"name": "Zoë"}}}


async def gateway(_: Scope, __: Receive, send_message: Send) -> None:
    await send_message({"type": "http.response.start", "status": 299, "headers": []})
    await send_message({"type": "http.response.body", "body": b"gateway"})


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def site(lines: list[str]) -> Site:
    return Site([WebhooksPage(lines.append)], gateway)


@pytest.mark.parametrize("path", ["/local/webhooks", "/local/webhooks/"])
def test_an_event_is_printed_in_a_line(site: Site, lines: list[str], path: str) -> None:
    assert send(site, "POST", path, body=json.dumps(EVENT).encode()).status == 204
    assert lines == ['customer.created {"object": {"name": "Zoë"}}']


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"type": "customer.created"}'])
def test_what_is_no_event_is_refused(site: Site, lines: list[str], body: bytes) -> None:
    assert send(site, "POST", "/local/webhooks", body=body).status == 400
    assert lines == []


def test_another_path_is_the_gateways(site: Site) -> None:
    assert send(site, "POST", "/local/webhook", body=b"").status == 299
