"""Prints what operations on all 5,083 institutions cost in DynamoDB's read and write units.

The engine is dynoxide, which counts capacity as DynamoDB documents it. Units do not depend on the machine; no
time is measured here.
"""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import boto3

from parity.customer_import import import_customers
from parity.customer_listing import list_customers
from parity.customer_search import search_customers
from parity.customers import archive_customer, create_customer, update_customer
from parity.domain.customers import CustomerDraft, CustomerStatus
from parity.domain.pages import PageRequest
from parity.domain.times import now
from parity.store.customers import customer_store
from parity.store.search import search_index
from parity.store.table import table
from tests.support.tables import table_definition

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "node_modules/@dynoxide/linux-x64/dynoxide"
TABLE_NAME = "measure"
ACTIVE = CustomerStatus.ACTIVE
DEPTH = 100
START_SECONDS = 10

Result = TypeVar("Result")


class Meter:
    """Sums the units that DynamoDB reports for the calls of one client."""

    def __init__(self) -> None:
        self.units = 0.0
        self.requests = 0
        events = table().client.meta.events
        events.register("provide-client-params.dynamodb", self._ask)
        events.register("after-call.dynamodb", self._add)

    def _ask(self, params: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _add(self, parsed: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
        consumed = parsed.get("ConsumedCapacity", [])
        self.requests += 1
        self.units += sum(
            c["CapacityUnits"] for c in (consumed if isinstance(consumed, list) else [consumed])
        )

    def of(self, what: str, work: Callable[[], Result]) -> Result:
        self.units, self.requests = 0.0, 0
        result = work()
        noun = "request " if self.requests == 1 else "requests"
        sys.stdout.write(f"{what:<64} {self.units:>6.1f} units in {self.requests} {noun}\n")
        return result


def measure() -> None:
    store, index, meter = customer_store(), search_index(), Meter()
    count = _load()
    sys.stdout.write(f"{count} customers\n")

    def page(request: PageRequest) -> Any:  # noqa: ANN401
        return list_customers(store, ACTIVE, request)

    for size in (10, 50):
        first = meter.of(f"list, page 1 of {size}", lambda: page(PageRequest(size)))  # noqa: B023
        deep = _follow(page, first.next, size, DEPTH)
        meter.of(f"list, page {DEPTH} of {size}, by cursor", lambda: page(PageRequest(size, position=deep)))  # noqa: B023
    meter.of(f"list, page {DEPTH} of 10, by number", lambda: page(PageRequest(10, number=DEPTH)))

    def search(text: str, size: int = 10) -> Any:  # noqa: ANN401
        return search_customers(store, index, text, ACTIVE, PageRequest(size))

    meter.of("search `harv`, page of 10", lambda: search("harv"))
    meter.of("search `university`, page of 10", lambda: search("university"))
    meter.of("search `university`, page of 50", lambda: search("university", 50))
    meter.of("search `university of cambridge`, page of 10", lambda: search("university of cambridge"))
    draft = CustomerDraft(name="Zürich Institut für Messkunde", email="office@messkunde.example")
    customer = meter.of("create", lambda: create_customer(store, draft, now(), lambda _: None))
    found = meter.of("search right after the create", lambda: search("zurich mess"))
    if [row.customer_id for row in found.rows] != [customer.customer_id]:
        sys.exit("the search right after the create did not find the customer")
    customer_id = customer.customer_id
    meter.of("get", lambda: store.get(customer_id))
    meter.of(
        "change the billing id", lambda: update_customer(store, customer_id, {"billing_id": "c"}, now(), None)
    )
    meter.of("rename", lambda: update_customer(store, customer_id, {"name": "Messkunde"}, now(), None))
    meter.of("archive", lambda: archive_customer(store, customer_id, now(), None))


def _load() -> int:
    with (ROOT / "local/demo/universities.csv").open(newline="", encoding="utf-8") as file:
        drafts = [CustomerDraft(name=row["name"], email=row["email"]) for row in csv.DictReader(file)]
    return len(import_customers(customer_store(), drafts, now, lambda: False))


def _follow(page: Callable[[PageRequest], Any], position: str | None, size: int, depth: int) -> str | None:
    for _ in range(depth - 2):
        position = page(PageRequest(size, position=position)).next
    return position


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


def main() -> None:
    with _engine() as url:
        os.environ |= {
            "TABLE_NAME": TABLE_NAME,
            "AWS_ENDPOINT_URL_DYNAMODB": url,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        boto3.client("dynamodb").create_table(**table_definition(TABLE_NAME))
        measure()


if __name__ == "__main__":
    main()
