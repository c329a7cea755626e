"""What the counting function gives up while it is broken, and `make replay` after that."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from local import running_stack
from local.cloud import LocalCloud
from local.engine import Engine
from local.model import FunctionError
from local.runtime import FunctionPool
from local.stack.names import queue_url
from parity.core.times import now, to_iso
from tests.support import ROOT
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, wait_until
from tests.support.fakes.cloudformation import serve_stack
from tests.support.fakes.interruptions import COUNT

pytestmark = pytest.mark.slow

QUEUE = queue_url("parity-UsageFailures")
FEATURES: dict[str, dict[str, Any]] = {
    "calls": {
        "featureDetails": {"featureSubType": "RAW_EVENTS"},
        "meter": {"eventName": "call", "aggregation": {"function": "COUNT"}},
    },
    "exports": {"featureDetails": {"featureSubType": "PRE_AGGREGATED_USAGE"}},
}


OUTPUTS = {
    "TableName": "parity",
    "RecomputeFailuresUrl": queue_url("parity-RecomputeFailures"),
    "UsageFailuresUrl": QUEUE,
    "WebhookEventsUrl": queue_url("parity-WebhookEvents"),
    "WebhookEventFailuresUrl": queue_url("parity-WebhookEventFailures"),
    "WebhookDeliveriesUrl": queue_url("parity-webhook-deliveries.fifo"),
    "WebhookDeliveryFailuresUrl": queue_url("parity-webhook-delivery-failures.fifo"),
}
PARAMETERS = {
    "OrganisationId": "org-1",
    "EventBusName": "default",
    "RawEventRetentionDays": "45",
    "ActivityRetentionDays": "365",
}


class FragilePool(FunctionPool):
    """The counting function fails as long as `broken` is set."""

    def __init__(self, *args: Any, broken: threading.Event, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **named)
        self._broken = broken

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        if name.endswith(COUNT) and self._broken.is_set():
            raise FunctionError(name, "Broken", "as the test wants it")
        return super().invoke(name, event)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def broken() -> threading.Event:
    return threading.Event()


@pytest.fixture(scope="module")
def client(
    engine: Engine, broken: threading.Event, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_stack, "FunctionPool", partial(FragilePool, broken=broken))
        state = tmp_path_factory.mktemp("cloud")
        with (
            LocalCloud(ROOT, quiet=True, engine_url=engine.url, python=RUNTIME_PYTHON, state=state) as cloud,
            httpx.Client(
                base_url=f"{cloud.url}/api/v1",
                headers={"Authorization": f"Bearer {cloud.server_key}"},
                timeout=60,
            ) as client,
        ):
            yield client


@pytest.fixture(scope="module")
def cloudformation() -> Iterator[dict[str, str]]:
    with serve_stack(OUTPUTS, PARAMETERS) as variables:
        yield variables


def replay(
    engine: Engine, cloudformation: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """What `make replay` runs."""
    environment = {
        "PYTHONPATH": str(ROOT / "layers/parity/python"),
        "AWS_ENDPOINT_URL": engine.url,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    return subprocess.run(
        [sys.executable, "-m", "tools.replay", "--stack", "parity", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, **cloudformation},
        capture_output=True,
        text=True,
        check=False,
    )


def count_dead_letters(engine: Engine) -> int:
    answer = engine.client("sqs").get_queue_attributes(
        QueueUrl=QUEUE, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def report_call(client: httpx.Client, key: str) -> None:
    event = {"customerId": "acme", "eventName": "call", "idempotencyKey": key, "timestamp": to_iso(now())}
    assert client.post("/report/event", json=event).status_code == 200


def get_total(client: httpx.Client, feature: str) -> int:
    span = {"from": to_iso(now() - timedelta(days=2)), "to": to_iso(now() + timedelta(hours=1))}
    asked = {"featureId": feature, "interval": "HOUR", **span}
    answer = client.get("/customers/acme/usage", params=asked)
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["total"]
    return found


def test_dead_lettered_usage_is_counted_once_by_a_replay(
    client: httpx.Client, engine: Engine, broken: threading.Event, cloudformation: dict[str, str]
) -> None:
    assert client.post("/customers", json={"customerId": "acme"}).is_success
    for name, details in FEATURES.items():
        feature = {"name": name, "identifier": name, "featureType": "METER", **details}
        assert client.post("/catalog/features", json=feature).is_success
    broken.set()
    for key in ("call-1", "call-2"):
        report_call(client, key)
    report = {"customerId": "acme", "featureId": "exports", "behaviour": "DELTA", "value": 4}
    assert client.post("/report/usage", json=report).is_success
    wait_until(lambda: count_dead_letters(engine) >= 3, 120)
    broken.clear()
    report_call(client, "call-3")
    wait_until(lambda: get_total(client, "calls") == 1)
    assert get_total(client, "exports") == 0

    done = replay(engine, cloudformation)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 failed batches were in the queue." in done.stdout
    assert (get_total(client, "calls"), get_total(client, "exports")) == (3, 4)
    assert count_dead_letters(engine) == 0

    today = f"{now():%Y-%m-%d}"
    again = replay(engine, cloudformation, "--customer", "acme", "--from", today, "--to", today)
    assert (again.returncode, again.stderr) == (0, "")
    assert "0 of them corrected" in again.stdout
    assert get_total(client, "calls") == 3
