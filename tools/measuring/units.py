"""Read and write units of a table in dynoxide, which counts them as DynamoDB documents it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import boto3

from parity.dynamodb.table import table
from tests.support.fakes.tables import read_table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "node_modules/@dynoxide/linux-x64/dynoxide"
TABLE_NAME = "measure"
START_SECONDS = 10
READS = {"GetItem", "BatchGetItem", "Query"}

Result = TypeVar("Result")


@dataclass(frozen=True)
class Units:
    """What some work consumed."""

    read: float
    written: float
    requests: int


class Meter:
    """Sums the units that DynamoDB reports for the calls of some clients, by default of the table's own."""

    def __init__(self, *clients: DynamoDBClient) -> None:
        self._clear()
        self._lock = threading.Lock()
        for client in clients or (table().client,):
            client.meta.events.register("provide-client-params.dynamodb", self._ask)
            client.meta.events.register("after-call.dynamodb", self._add)

    def measure(self, what: str, work: Callable[[], Result]) -> Result:
        """Does the work, prints the units that it consumed, and returns its result."""
        result, units = self.count(work)
        noun = "request " if units.requests == 1 else "requests"
        sys.stdout.write(
            f"{what:<64} {units.read:>5.1f} read {units.written:>5.1f} write units, {units.requests} {noun}\n"
        )
        return result

    def count(self, work: Callable[[], Result]) -> tuple[Result, Units]:
        """Does the work, and returns its result with what it consumed."""
        self._clear()
        result = work()
        return result, Units(self.read, self.written, self.requests)

    def _clear(self) -> None:
        self.read = self.written = 0.0
        self.requests = 0

    def _ask(self, params: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _add(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:  # noqa: ANN401
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(c["CapacityUnits"] for c in (consumed if isinstance(consumed, list) else [consumed]))
        with self._lock:
            self.requests += 1
            if model.name in READS:
                self.read += units
            else:
                self.written += units


@contextmanager
def empty_table() -> Iterator[None]:
    """An empty table in an engine of its own, which the environment of this process names."""
    with _engine() as url:
        os.environ |= {
            "TABLE_NAME": TABLE_NAME,
            "STACK_NAME": TABLE_NAME,
            "AWS_LAMBDA_FUNCTION_NAME": TABLE_NAME,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_ENDPOINT_URL_DYNAMODB": url,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        boto3.client("dynamodb").create_table(**read_table_definition(TABLE_NAME))
        yield


@contextmanager
def _engine() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [ENGINE, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"{ENGINE} did not start listening within {START_SECONDS} s")
