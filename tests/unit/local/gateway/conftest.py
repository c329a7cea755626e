"""A client of a gateway: of each kind here, of one kind in the folder of that kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.local.gateway.apis import HTTP, REST, Kind
from tests.unit.local.gateway.harness import FakeClock, GatewayClient, serve


@pytest.fixture(params=[REST, HTTP], ids=["rest", "http"])
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(kind: Kind, clock: FakeClock) -> Iterator[GatewayClient]:
    with serve(kind.api, {"authorize": kind.allow}, clock=clock) as client:
        yield client
