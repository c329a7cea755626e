"""How much CPU a call of a warm function takes, beside a default boto3 client that makes the same requests.

DynamoDB is a server on this machine that always gives the same answers: a customer with 20 features of which
10 are metered. Function and client take turns in one process of the runtime's Python, and the lowest of many
runs counts. It is printed as a ratio, because the time itself depends on the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path

from local.compiled import PACKAGE
from parity.core.times import now
from parity.customers.store.customer_items import customer_to_item
from parity.dynamodb.items import to_wire
from parity.entitlements.store.snapshots import snapshot_to_item
from tests.support.builders.counters import SAMPLE_CUSTOMER_ID, make_sample_counters, make_sample_snapshot
from tests.support.builders.customers import make_customer
from tools.compile_operations import write_compiled
from tools.measuring.loopback import serve_answers
from tools.measuring.starts import DEPENDENCIES, PYTHON, ROOT

FEATURES = 20


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder, serve_answers(_answers()) as url:
        write_compiled(Path(folder) / PACKAGE)
        _measure_beside(url, Path(folder))


def _measure_beside(url: str, compiled: Path) -> None:
    path = [str(ROOT / "layers/parity/python"), str(compiled), str(DEPENDENCIES)]
    variables = {
        "PYTHONPATH": os.pathsep.join(path),
        "TABLE_NAME": "parity",
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "as long as that of a function's role " * 25,
        "CUSTOMER_ID": SAMPLE_CUSTOMER_ID,
    }
    subprocess.run([PYTHON, Path(__file__).with_name("warm_calls.py"), ROOT], env=variables, check=True)


def _answers() -> dict[str, str]:
    """By operation, as DynamoDB writes them."""
    snapshot = make_sample_snapshot(FEATURES)
    items = [snapshot_to_item(SAMPLE_CUSTOMER_ID, snapshot), *make_sample_counters(snapshot, at=now())]
    profile = customer_to_item(make_customer(customer_id=SAMPLE_CUSTOMER_ID, email="ann@acme.example"))
    return {
        "Query": _to_json({"Items": [to_wire(item) for item in items], "Count": len(items)}),
        "GetItem": _to_json({"Item": to_wire(profile)}),
        "PutItem": "{}",
        "UpdateItem": "{}",
    }


def _to_json(value: object) -> str:
    return json.dumps(value, default=lambda binary: b64encode(binary).decode())


if __name__ == "__main__":
    measure()
