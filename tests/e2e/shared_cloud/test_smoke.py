"""`make smoke` against the local cloud: it passes, fails where something is wrong, and leaves no customer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.engine import Engine
from parity.dynamodb.table import Table
from tests.support import ROOT
from tests.support.fakes.cloudformation import serve_stack
from tools.smoke import IDENTIFIER


def smoke(**variables: str) -> subprocess.CompletedProcess[str]:
    return run_tool("smoke", **variables)


def run_tool(tool: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"tools.{tool}", *arguments],
        check=False,
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        capture_output=True,
    )


def list_live_keys(client: httpx.Client) -> list[str]:
    return [key["id"] for key in client.get("/api-keys").json()["results"] if not key["revokedOn"]]


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


@pytest.mark.parametrize("edge_works", [True, False])
def test_a_deployed_stack_is_tried_with_a_key_that_is_revoked_after_that(
    client: httpx.Client, cloud: LocalCloud, engine: Engine, cloud_table: Table, *, edge_works: bool
) -> None:
    edge_url = cloud.edge_url if edge_works else f"{cloud.url}/nowhere"
    outputs = {"ApiUrl": cloud.url, "EdgeUrl": edge_url, "TableName": cloud_table.name}
    aws = {
        "PYTHONPATH": str(ROOT / "layers/parity/python"),
        "AWS_ENDPOINT_URL": engine.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    before = list_live_keys(client)
    with serve_stack(outputs, {}) as cloudformation:
        done = run_tool("smoke_stack", "--stack", "parity-dev", **aws, **cloudformation)
    assert done.returncode == (0 if edge_works else 1), done.stderr
    assert list_live_keys(client) == before
