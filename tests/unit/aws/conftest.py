"""Botocore's own client of DynamoDB and the thin one, and a server that both talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from parity.aws.clients import new_client
from tests.support.fakes.clients import remove_pauses
from tests.support.fakes.dynamodb_server import Server, serve_dynamodb

Make = Callable[..., Any]


def make_full_client(*, attempts: int = 3, **settings: Any) -> Any:  # noqa: ANN401
    """Botocore's own client with the settings of the thin one."""
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    config = Config(connect_timeout=1, read_timeout=2, retries=retries, **settings)
    return botocore.session.get_session().create_client("dynamodb", config=config)


def make_thin_client(*, attempts: int = 3, **settings: Any) -> Any:  # noqa: ANN401
    return new_client("dynamodb", attempts=attempts, **settings)


@pytest.fixture(params=[make_full_client, make_thin_client], ids=["full", "thin"])
def make(request: pytest.FixtureRequest) -> Make:
    maker: Make = request.param
    return maker


@pytest.fixture
def both() -> tuple[Make, Make]:
    return make_full_client, make_thin_client


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FIRSTKEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, _credentials: None) -> Iterator[Server]:
    remove_pauses(monkeypatch)
    with serve_dynamodb() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        yield server
