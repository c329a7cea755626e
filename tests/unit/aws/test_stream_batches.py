"""Batches of a stream: a customer that fails is parked, and an outage has the batch redelivered."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from parity.aws import stream_batches
from parity.aws.stream_batches import EVERYBODY, process_customers
from parity.core.errors import BusyError, OutcomeUnknownError

URL = "https://dynamodb.example"


def make_client_error(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Query")  # type: ignore[typeddict-item]


OUTAGES = {
    "throttled": BusyError(),
    "unknown outcome": OutcomeUnknownError(),
    "no connection": EndpointConnectionError(endpoint_url=URL),
    "no connection in time": ConnectTimeoutError(endpoint_url=URL),
    "no answer": ReadTimeoutError(endpoint_url=URL),
    "AWS failed": make_client_error(500, "InternalServerError"),
    "one of several": ExceptionGroup("", [KeyError("plan"), ExceptionGroup("", [BusyError()])]),
}


@dataclass
class Batch:
    """A batch of customers `c-0`, `c-1` and so on. Each has the number of its record: 100, 101 and so on."""

    customers: int
    errors: Mapping[str, Exception]
    unparkable: frozenset[str] = frozenset()
    processed: list[str] = field(default_factory=list)
    parked: dict[str, str] = field(default_factory=dict)

    def process(self, customer_id: str) -> None:
        if error := self.errors.get(customer_id):
            raise error
        self.processed.append(customer_id)

    def park(self, customer_id: str, error: Exception) -> None:
        if customer_id in self.unparkable:
            raise BusyError
        self.parked[customer_id] = type(error).__name__

    def deliver(self) -> list[str]:
        """The numbers that are reported as failed."""
        numbers = {f"c-{place}": str(100 + place) for place in range(self.customers)}
        answer = process_customers("work", numbers, self.process, self.park)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def read_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_customers_that_fail_are_parked_and_the_batch_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    batch = Batch(4, {"c-1": KeyError("plan"), "c-3": make_client_error(400, "ValidationException")})
    assert batch.deliver() == []
    assert batch.processed == ["c-0", "c-2"]
    assert batch.parked == {"c-1": "KeyError", "c-3": "ClientError"}
    *failures, metrics = read_lines(capsys)
    assert [(each["message"], each["customerId"]) for each in failures] == [
        ("work failed", "c-1"),
        ("work failed", "c-3"),
    ]
    assert metrics["CustomersParked"] == 2


def test_a_batch_without_failures_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert Batch(3, {}).deliver() == []
    assert read_lines(capsys) == []


@pytest.mark.parametrize("error", OUTAGES.values(), ids=OUTAGES)
def test_an_outage_parks_nobody(error: Exception) -> None:
    batch = Batch(4, {"c-1": error, "c-2": error})
    assert batch.deliver() == ["101"]
    assert (batch.processed, batch.parked) == (["c-0", "c-3"], {})


def test_a_poisoned_customer_is_parked_in_an_outage_of_others() -> None:
    batch = Batch(4, {"c-1": KeyError("plan"), "c-2": BusyError()})
    assert batch.deliver() == ["102"]
    assert batch.parked == {"c-1": "KeyError"}


@pytest.mark.parametrize("customers", range(1, EVERYBODY + 3))
def test_a_fault_of_everybody_in_a_large_batch_parks_nobody(customers: int) -> None:
    batch = Batch(customers, {f"c-{place}": KeyError("plan") for place in range(customers)})
    is_large = customers >= EVERYBODY
    assert batch.deliver() == (["100"] if is_large else [])
    assert len(batch.parked) == (0 if is_large else customers)


def test_a_customer_that_cannot_be_parked_is_redelivered(capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda redelivers all records from the lowest reported number on."""
    errors = dict.fromkeys(("c-0", "c-2", "c-3"), KeyError("plan"))
    batch = Batch(5, errors, unparkable=frozenset({"c-3", "c-2"}))
    assert batch.deliver() == ["102"]
    assert batch.parked.keys() == {"c-0"}
    messages = [line.get("message") for line in read_lines(capsys)]
    assert messages.count("parking failed") == 2


def test_a_customer_that_takes_too_long_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_batches, "MAX_CPU_SECONDS", 0.05)
    batch = Batch(3, {})
    process = batch.process

    def process_slowly(customer_id: str) -> None:
        while customer_id == "c-1":
            with suppress(Exception):
                json.dumps(customer_id)
        process(customer_id)

    monkeypatch.setattr(batch, "process", process_slowly)
    assert batch.deliver() == []
    assert (batch.processed, batch.parked) == (["c-0", "c-2"], {"c-1": "TooMuchWorkError"})
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_a_batch_in_another_thread_has_no_limit() -> None:
    batch = Batch(2, {})
    with ThreadPoolExecutor(1) as other:
        assert other.submit(batch.deliver).result() == []
    assert batch.processed == ["c-0", "c-1"]
