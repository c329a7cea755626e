"""Runs in the runtime's Python for `warm`: calls of handlers, and the same requests by a default client."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name

from parity.dynamodb.table import table
from parity.usage.store.reports import once_table

ROOT = Path(sys.argv[1])
CUSTOMER_ID = os.environ["CUSTOMER_ID"]
FEATURE = "metered-feature-0"
CALLS, ROUNDS = 20, 80
BAD_REQUEST = 400
TARGETS = {
    "entitlements/check": 0.5,
    "entitlements/check_batch": 0.5,
    "report/usage": 0.5,
    "report/event": 0.5,
    "customers/get": 1.1,
}

Work = Callable[[], object]


def measure() -> None:
    bare = boto3.client("dynamodb")
    for name, target in TARGETS.items():
        call = _make_call(name)
        requests = _record_requests(call)
        works: dict[str, Work] = {
            "bare": lambda: [_send(bare, *request) for request in requests],  # noqa: B023
            "thin": lambda: [_send(table().client, *request) for request in requests],  # noqa: B023
            "function": call,
        }
        least = _least_seconds(works)
        function, thin = (least[kind] / least["bare"] for kind in ("function", "thin"))
        verdict = "held" if function <= target else "missed"
        print(
            f"{name:<26}{len(requests)} request(s), {function:.2f} times a default client's CPU; "
            f"target {target}: {verdict}; its client by itself {thin:.2f}"
        )


def _make_call(name: str) -> Work:
    spec = spec_from_file_location("app", ROOT / "functions" / name / "app.py")
    app = module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules["app"] = app
    spec.loader.exec_module(app)  # type: ignore[union-attr]
    event = json.loads((ROOT / "events" / f"{name.replace('/', '_')}.json").read_text(encoding="utf-8"))
    _ask_about_the_customer(event)

    def call() -> None:
        answer = app.handler(event, None)
        if answer["statusCode"] >= BAD_REQUEST:
            sys.exit(f"{name}: {answer['body']}")

    return call


def _ask_about_the_customer(event: dict[str, Any]) -> None:
    """Makes the sample event one of the customer whom the server knows, without a key that costs requests."""
    event["headers"].pop("Idempotency-Key", None)
    query = {"customer_id": [CUSTOMER_ID], "feature_id": [FEATURE]}
    if event["pathParameters"]:
        event["pathParameters"] = {"customerId": CUSTOMER_ID}
    elif event["httpMethod"] == "GET":
        event["multiValueQueryStringParameters"] = query
        event["queryStringParameters"] = {name: value[0] for name, value in query.items()}
    elif "checks" in (body := json.loads(event["body"])):
        event["body"] = json.dumps(
            {"checks": [{**body["checks"][0], "customerId": CUSTOMER_ID, "featureId": FEATURE}]}
        )


def _record_requests(call: Work) -> list[tuple[str, dict[str, Any]]]:
    requests: list[tuple[str, dict[str, Any]]] = []

    def record(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        requests.append((model.name, {**params}))

    clients = (table().client, once_table().client)
    for client in clients:
        client.meta.events.register("provide-client-params.dynamodb", record)
    call()
    for client in clients:
        client.meta.events.unregister("provide-client-params.dynamodb", record)
    return requests


def _send(client: Any, operation: str, parameters: dict[str, Any]) -> object:  # noqa: ANN401
    return getattr(client, xform_name(operation))(**parameters)


def _least_seconds(works: dict[str, Work]) -> dict[str, float]:
    least: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.process_time()
            for _ in range(CALLS):
                work()
            seconds = time.process_time() - start
            least[name] = min(seconds, least.get(name, seconds))
    return least


if __name__ == "__main__":
    measure()
