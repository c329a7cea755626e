"""`make smoke` against the local cloud: it passes, fails where something is wrong, and leaves no customer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support import ROOT
from tools.smoke import IDENTIFIER


def smoke(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.smoke"],
        check=False,
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        capture_output=True,
    )


def list_smoke_customers(client: httpx.Client, status: str) -> list[dict[str, Any]]:
    answer = client.get("/customers", params={"search": IDENTIFIER, "status": status, "page_size": 100})
    customers: list[dict[str, Any]] = answer.json()["results"]
    return customers


@pytest.fixture(autouse=True)
def no_customer_left(client: httpx.Client) -> Iterator[None]:
    yield
    assert list_smoke_customers(client, "active") == []


def test_it_passes_twice_even_after_a_run_that_published_no_plan(
    client: httpx.Client, url: str, edge_url: str, key: str
) -> None:
    client.post("/catalog/features", json={"name": IDENTIFIER, "featureType": "METER"})
    client.post("/catalog/plans", json={"name": IDENTIFIER})
    before = len(list_smoke_customers(client, "archived"))
    for _ in range(2):
        done = smoke(URL=url, EDGE=edge_url, KEY=key)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"Parity works at {url}" in done.stdout
        assert key not in done.stdout
    assert len(list_smoke_customers(client, "archived")) == before + 2


def test_its_customer_is_archived_when_a_step_fails(client: httpx.Client, url: str, key: str) -> None:
    before = len(list_smoke_customers(client, "archived"))
    done = smoke(URL=url, EDGE=f"{url}/nowhere", KEY=key)
    assert done.returncode == 1
    assert f"Parity does not work at {url}: GET /entitlements answered 40" in done.stderr
    assert len(list_smoke_customers(client, "archived")) == before + 1


def test_a_key_that_may_not_write_fails_it(url: str, client_key: str) -> None:
    done = smoke(URL=url, KEY=client_key)
    assert done.returncode == 1
    assert "answered 403" in done.stderr


def test_an_address_without_parity_fails_it(key: str) -> None:
    done = smoke(URL="http://127.0.0.1:9", KEY=key)
    assert done.returncode == 1
    assert "got no answer" in done.stderr


def test_it_says_what_it_needs(url: str) -> None:
    done = smoke(URL=url, KEY="")
    assert done.returncode == 1
    assert "make smoke URL=" in done.stderr
