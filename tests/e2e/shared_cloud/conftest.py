"""One local cloud for all tests here.

Tests share the cloud's table, so each uses identifiers of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local import running_stack
from local.cloud import LocalCloud
from local.engine import Engine
from local.gateway import HttpGateway, RestGateway
from parity.dynamodb.table import Table
from tests.support import ROOT
from tests.support.engines.issuer import Issuer, start_issuer
from tests.support.engines.processes import RUNTIME_PYTHON
from tests.support.engines.sdk import OPEN_LIBRARY, Customers, Library, Subscription
from tests.support.fakes.interruptions import InterruptedPool, Interruptions
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.http_plans import sell_plans

TIMEOUT_SECONDS = 60


class GatewayClock:
    """What the gateway's memory of API keys goes by; it can be set forward."""

    def __init__(self) -> None:
        self._ahead_seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead_seconds

    def advance(self, seconds: float) -> None:
        self._ahead_seconds += seconds


@pytest.fixture(scope="package")
def gateway_clock() -> GatewayClock:
    return GatewayClock()


@pytest.fixture(scope="package")
def hindrance() -> Interruptions:
    """Gets in the way of the cloud's recomputations, if a test wants it to."""
    return Interruptions()


@pytest.fixture(scope="package")
def cloud(
    engine: Engine,
    gateway_clock: GatewayClock,
    hindrance: Interruptions,
    issuer: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalCloud]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_stack, "RestGateway", partial(RestGateway, clock=gateway_clock))
        patch.setattr(running_stack, "HttpGateway", partial(HttpGateway, clock=gateway_clock))
        patch.setattr(running_stack, "FunctionPool", partial(InterruptedPool, hindrance=hindrance))
        with LocalCloud(
            ROOT,
            quiet=True,
            engine_url=engine.url,
            python=RUNTIME_PYTHON,
            state=tmp_path_factory.mktemp("cloud"),
            sign_in=issuer.sign_in,
        ) as cloud:
            yield cloud


@pytest.fixture(scope="package")
def issuer() -> Iterator[Issuer]:
    """Who signs people in."""
    with start_issuer({"admin@example.com": ["admin"], "reader@example.com": ["read"]}) as issuer:
        yield issuer


@pytest.fixture(scope="package")
def url(cloud: LocalCloud) -> str:
    """The address that client libraries are given."""
    return cloud.url


@pytest.fixture(scope="package")
def edge_url(cloud: LocalCloud) -> str:
    """The address of checks, as client libraries are given it."""
    return cloud.edge_url


@pytest.fixture(scope="module")
def checks_url(request: pytest.FixtureRequest, url: str, edge_url: str) -> str:
    """The address of checks: that of the edge, unless a test is for `every_gateway`."""
    return {"edge": edge_url, "core": url}[getattr(request, "param", "edge")]


@pytest.fixture(scope="package")
def key(cloud: LocalCloud) -> str:
    """A key that may do everything."""
    return cloud.server_key


@pytest.fixture(scope="package")
def client_key(cloud: LocalCloud) -> str:
    """A key that is safe in a browser."""
    return cloud.client_key


@pytest.fixture(scope="package")
def client(url: str, key: str) -> Iterator[httpx.Client]:
    """Calls paths below `/api/v1` with the key."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=TIMEOUT_SECONDS) as client:
        yield client


@pytest.fixture(scope="package")
def anonymous() -> Iterator[httpx.Client]:
    """Calls any address, without a key of its own."""
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        yield client


@pytest.fixture(scope="module")
def client_kind(request: pytest.FixtureRequest) -> str:
    """Which client of the library a test uses: `sync`, unless it is for `every_client`."""
    kind: str = getattr(request, "param", "sync")
    return kind


@pytest.fixture(scope="module")
def library(client_kind: str, key: str, url: str, edge_url: str) -> Iterator[Library]:
    """The public client library, with a key that may do everything."""
    with OPEN_LIBRARY[client_kind](key, url, edge_url) as library:
        yield library


@pytest.fixture(scope="module")
def customers(library: Library) -> Customers:
    """The library's operations on customers."""
    return library.customers


@pytest.fixture(scope="module")
def subscription(library: Library) -> Subscription:
    """The library's operations on subscriptions, by the library's own name (docs/contract.md T22)."""
    return library.subscription


@pytest.fixture(scope="package")
def sold(client: httpx.Client) -> None:
    """Two plans that customers can subscribe to."""
    sell_plans(client)


@pytest.fixture(scope="package")
def cloud_table(engine: Engine, cloud: LocalCloud) -> Table:
    """The cloud's own table, to see what is really in it."""
    database = engine.client("dynamodb")
    (name,) = [name for name in database.list_tables()["TableNames"] if not name.startswith("test-")]
    return Table(database, name)


@pytest.fixture
def nothing_to_deliver(cloud: LocalCloud) -> None:
    """Nothing follows any more from the tests before."""
    cloud.wait_for_deliveries()


@pytest.fixture
def table_unchanged(nothing_to_deliver: None, cloud_table: Table) -> Iterator[None]:
    """Fails a test that leaves the cloud's table other than it was. When a key was last used may change."""
    before = _contents(cloud_table)
    yield
    assert _contents(cloud_table) == before


def _contents(table: Table) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in item.items() if name != "lastUsedOn"} for item in scan_items(table)
    ]


@pytest.fixture
def identifier() -> str:
    """An identifier that no other test uses."""
    return f"acct-{uuid4().hex[:12]}"
