"""Webhooks of the running local cloud: from a change to a receiver, by the bus and both queues."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from local.cloud import LocalCloud
from local.engine import Engine
from parity.aws.event_bus import Event, EventBus
from parity.core.times import now
from parity.webhooks.rules.endpoints import LANES
from tests.support import ROOT
from tests.support.engines.clouds import open_client, read_env, start_command
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON
from tests.support.fakes.receivers import Receiver, in_turn, keep_silent, respond, run_receiver
from tests.support.sizes import PartOrAll

PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def cloud(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    state = tmp_path_factory.mktemp("cloud")
    with LocalCloud(ROOT, quiet=True, engine_url=engine.url, python=RUNTIME_PYTHON, state=state) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    with open_client(cloud) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver(respond()) as receiver:
        yield receiver


def subscribe(client: httpx.Client, url: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    created = client.post("/webhook-endpoints/", json={"url": url} | fields)
    assert created.status_code == 201, created.text
    body: dict[str, Any] = created.json()
    return body


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05 if seconds == PATIENCE_SECONDS else 5)


def test_a_test_event_arrives_signed(client: httpx.Client, receiver: Receiver) -> None:
    endpoint = subscribe(client, receiver.url)
    sent = client.post(f"/webhook-endpoints/{endpoint['id']}/test/")
    assert sent.status_code == 202
    wait_until(lambda: receiver.received)
    (received,) = receiver.received
    verified = Webhook(endpoint["secret"]).verify(received.body, received.headers)
    assert verified == json.loads(received.body)
    assert verified["id"] == sent.json()["eventId"]
    wait_until(lambda: client.get("/webhook/logs/", params={"endpoint": endpoint["id"]}).json()["count"])
    client.delete(f"/webhook-endpoints/{endpoint['id']}/")


def types_in(receiver: Receiver) -> list[str]:
    return [json.loads(received.body)["type"] for received in receiver.received]


def get_page(client: httpx.Client, url: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Asks again where the engine, busy with thousands of messages, was slower than a function waits."""
    answer = client.get(url, params=parameters or None)
    for _ in range(4):
        if answer.is_server_error:
            time.sleep(2)
            answer = client.get(url, params=parameters or None)
    page: dict[str, Any] = answer.raise_for_status().json()
    return page


def log_of(client: httpx.Client, endpoint: dict[str, Any], **filters: str) -> list[dict[str, Any]]:
    """All entries of an endpoint."""
    rows: list[dict[str, Any]] = []
    url, parameters = "/webhook/logs/", {"endpoint": endpoint["id"], "page_size": "100", **filters}
    while url:
        page = get_page(client, url, parameters)
        rows += page["results"]
        url, parameters = page["next"], {}
    return rows


def test_changes_reach_the_receiver_and_are_signed_with_both_secrets_after_a_rotation(
    client: httpx.Client, receiver: Receiver
) -> None:
    types = ["customer.created", "customer.updated"]
    endpoint = subscribe(client, receiver.url, eventTypes=types)
    customer_id = client.post("/customers/", json={"name": "Told"}).json()["customerId"]
    wait_until(lambda: len(receiver.received) == 1)
    rotated = client.post(f"/webhook-endpoints/{endpoint['id']}/rotate/").json()
    client.patch(f"/customers/{customer_id}/", json={"name": "Told again"}).raise_for_status()
    wait_until(lambda: len(receiver.received) == 2)
    assert types_in(receiver) == types
    updated = receiver.received[1]
    for secret in (endpoint["secret"], rotated["secret"]):
        verified: Any = Webhook(secret).verify(updated.body, updated.headers)
        assert verified["data"]["previous_attributes"] == {"name": "Told"}
    client.delete(f"/webhook-endpoints/{endpoint['id']}/")


def test_what_failed_is_sent_again_when_the_clock_says_so(cloud: LocalCloud, client: httpx.Client) -> None:
    with run_receiver(in_turn(respond("500 Internal Server Error"), respond())) as receiver:
        endpoint = subscribe(client, receiver.url)
        client.post(f"{cloud.url}/api/v1/customers/", json={"name": "Patient"}).raise_for_status()
        wait_until(lambda: [row["status"] for row in log_of(client, endpoint)] == ["WAITING"])
        client.post(f"{cloud.url}/local/clock", json={"advance": "PT2M"}).raise_for_status()
        wait_until(lambda: [row["status"] for row in log_of(client, endpoint)] == ["DELIVERED"])
        assert [received.body for received in receiver.received] == [receiver.received[0].body] * 2
        client.delete(f"/webhook-endpoints/{endpoint['id']}/")


def test_an_endpoint_that_does_not_answer_keeps_no_other_waiting(
    client: httpx.Client, receiver: Receiver
) -> None:
    """The silent one has as many requests at a time as it has lanes, and the other one gets all."""
    with run_receiver(keep_silent) as silent:
        blocked, served = subscribe(client, silent.url), subscribe(client, receiver.url)
        for number in range(12):
            client.post("/customers/", json={"name": f"Waits for nobody {number}"}).raise_for_status()
        wait_until(lambda: len(receiver.received) == 12)
        assert 0 < silent.most_at_once <= LANES
        for endpoint in (blocked, served):
            client.delete(f"/webhook-endpoints/{endpoint['id']}/")


@pytest.mark.slow
def test_events_reach_all_who_live_and_the_log_has_those_of_the_dead(
    engine: Engine, client: httpx.Client, receiver: Receiver, part_or_all: PartOrAll
) -> None:
    """Three endpoints, of which one takes no connection. All events take half an hour on two cores."""
    events = part_or_all(1_000, 10_000)
    with run_receiver(respond()) as other, socket.create_server(("127.0.0.1", 0)) as unused:
        dead_port = unused.getsockname()[1]
        unused.close()
        live = [subscribe(client, receiver.url), subscribe(client, other.url)]
        dead = subscribe(client, f"http://127.0.0.1:{dead_port}/")
        sent: set[str] = set()
        while len(sent) < events:
            # The engine's queue gets slow where very much waits in it.
            wait_until(lambda: len(ids_in(receiver)) >= len(sent) - 500, 600)
            for _ in range(50):
                sent.update(publish_ten(engine))
        wait_until(lambda: all(ids_in(each) >= sent for each in (receiver, other)), 600)
        wait_until(lambda: len(log_of(client, dead)) >= events, 900)
        rows = log_of(client, dead)
        assert {row["eventId"] for row in rows} == sent
        assert not any(row["isSuccess"] for row in rows)
        assert all(
            {row["eventId"] for row in log_of(client, each, is_success="true")} == sent for each in live
        )
        with run_receiver(respond()) as revived:
            client.patch(f"/webhook-endpoints/{dead['id']}/", json={"url": revived.url}).raise_for_status()
            resent = rows[:20]
            for row in resent:
                client.post(f"/webhook/logs/{row['id']}/resend/").raise_for_status()
            # Attempts of others that are due by now arrive, too.
            wait_until(lambda: ids_in(revived) >= {row["eventId"] for row in resent}, 600)


def ids_in(receiver: Receiver) -> set[str]:
    return {received.headers["webhook-id"] for received in list(receiver.received)}


def publish_ten(engine: Engine) -> list[str]:
    """Publishes ten events on the bus, as the stream function does; returns their ids."""
    bus = EventBus(engine.client("events"), "default", "parity")
    events = [
        Event(id=str(uuid4()), type="customer.created", created_on=now(), object={"object": "customer"})
        for _ in range(10)
    ]
    bus.publish(events)
    return [event.id for event in events]


@pytest.mark.slow
def test_make_run_prints_what_it_sends(tmp_path: Path) -> None:
    with start_command(tmp_path, WEBHOOKS="print") as command:
        variables = read_env(tmp_path)
        headers = {"Authorization": f"Bearer {variables['PARITY_SERVER_KEY']}"}
        url = f"{variables['PARITY_URL']}/api/v1/customers/"
        httpx.post(url, json={"name": "Printed"}, headers=headers).raise_for_status()
        assert command.stdout
        printed = next(line for line in iter(command.stdout.readline, "") if "customer.created" in line)
    assert '"name": "Printed"' in printed
