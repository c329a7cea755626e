"""How many requests a second the local cloud answers by eight connections, and whose CPU each takes.

Those that ask share the machine with those that answer. A server with a fixed answer, which the same clients
ask in turn, says how quick the machine is. No figure of AWS's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from local.cloud import LocalCloud
from local.seed.demo.api import Api
from local.seed.demo.catalog import load_catalog
from tools.measuring.loopback import serve_answers
from tools.measuring.speed.processors import read_cpu_seconds

ROOT = Path(__file__).parents[2]
CONNECTIONS = 8
SECONDS = 5.0
ROUNDS = 3
WARM_UP_SECONDS = 3.0
IDLE_SECONDS = 20
CUSTOMER = "speed"
PLAN = {"planIdentifier": "team", "chargePeriod": "MONTHLY", "customerId": CUSTOMER}
REPORT = {"customerId": CUSTOMER, "featureId": "exports", "behaviour": "DELTA", "value": 1}
OPERATION = "Nothing"
FIXED_REQUEST = f"POST / HTTP/1.1\r\nx-amz-target: Fixed.{OPERATION}\r\ncontent-length: 0\r\n\r\n".encode()


@dataclass(frozen=True)
class Result:
    a_second: float
    median_milliseconds: float
    p99_milliseconds: float
    cpu_milliseconds: dict[str, float]
    """Of a request, by process."""


def measure() -> None:
    with open_cloud() as cloud, serve_answers({OPERATION: "{}"}) as fixed:
        print_idle_load("idle before any of these requests")
        requests = {
            "check of one feature": ("GET", f"entitlements/?customer_id={CUSTOMER}&feature_id=exports", None),
            "report/usage": ("POST", "report/usage", REPORT),
        }
        for name, (method, path, body) in requests.items():
            request = write_request(cloud, method, path, body)
            send(cloud.url, request, WARM_UP_SECONDS)
            for _ in range(ROUNDS):
                beside = send(fixed, FIXED_REQUEST, SECONDS / 5)
                print_result(name, send(cloud.url, request, SECONDS), beside)
            cloud.wait_for_deliveries()
        print_idle_load("idle in the twenty seconds after them")


@contextmanager
def open_cloud() -> Iterator[LocalCloud]:
    """With a customer that has a subscription."""
    with tempfile.TemporaryDirectory() as folder, LocalCloud(ROOT, quiet=True, state=Path(folder)) as cloud:
        api = Api(cloud.url, cloud.server_key)
        load_catalog(api, lambda *_: None)
        api.post("/customers", {"customerId": CUSTOMER})
        api.post("/subscriptions/create", PLAN)
        cloud.wait_for_deliveries()
        yield cloud


def write_request(cloud: LocalCloud, method: str, path: str, body: object) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} /api/v1/{path} HTTP/1.1\r\nHost: {urlsplit(cloud.url).netloc}\r\n"
        f"Authorization: Bearer {cloud.server_key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def send(url: str, request: bytes, seconds: float) -> Result:
    address = urlsplit(url)
    arguments = [str(address.hostname), str(address.port), str(CONNECTIONS), str(seconds)]
    command = [sys.executable, "-m", "tools.measuring.speed.clients", *arguments]
    before = read_cpu_seconds()
    answered = json.loads(subprocess.run(command, input=request, capture_output=True, check=True).stdout)
    after = read_cpu_seconds()
    if answered["refused"]:
        raise SystemExit(f"{answered['refused']} requests were refused")
    times = answered["milliseconds"]
    cuts = quantiles(times, n=100)
    cpu = {name: 1000 * (after[name] - before[name]) / len(times) for name in after}
    return Result(len(times) / seconds, cuts[49], cuts[98], cpu)


def print_idle_load(when: str) -> None:
    before = read_cpu_seconds()
    time.sleep(IDLE_SECONDS)
    spent = sum(read_cpu_seconds().values()) - sum(before.values())
    sys.stdout.write(f"{when}: {spent / IDLE_SECONDS:.0%} of a processor\n")


def print_result(name: str, result: Result, beside: Result) -> None:
    parts = sorted(result.cpu_milliseconds.items(), key=itemgetter(1), reverse=True)
    cpu = ", ".join(f"{part} {milliseconds:.2f}" for part, milliseconds in parts[:4])
    sys.stdout.write(
        f"{name}: {result.a_second:.0f} a second, {result.a_second / beside.a_second:.3f} of the fixed one; "
        f"median {result.median_milliseconds:.0f} ms, 99% in {result.p99_milliseconds:.0f} ms; "
        f"CPU of each in ms: {cpu}, in all {sum(result.cpu_milliseconds.values()):.2f}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    measure()
