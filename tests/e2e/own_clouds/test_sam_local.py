"""Every sample event, sent as by `sam local invoke` with the file that `make run` writes, without Docker."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.env_files import HOST
from local.runtime import FunctionPool
from local.stack import load_stack
from tests.support import ROOT
from tests.support.engines.clouds import open_client, start_cloud
from tests.support.engines.processes import RUNTIME_PYTHON, needs_engine
from tests.support.fakes.gateway import load_sample_event

SAM = ROOT / ".venvs/sam/bin"
TEMPLATE = ROOT / "template.yaml"
RUNTIME = "python3.13"

CATALOGUE = ("features_create", "plans_create", "plan_features_add", "plan_prices_replace", "plans_publish")
CUSTOMER = ("customers_create", "subscriptions_create", "report_usage", "reservations_create")
CUSTOMER_ID = "fundacao-herminio-ometto"
SAMPLE_KEY = "sk_0000000000000000000000000000000000000000"
EXPECTED = {200, 201, 204, 404, 409, 412}
"""Success, or a refusal because of what is in the table: many samples name ids that are made at random."""

pytestmark = [
    pytest.mark.slow,
    needs_engine,
    pytest.mark.skipif(not SAM.exists(), reason="SAM is not installed: make test-slow does it"),
]


def read_sam_environments(env_vars: Path) -> dict[str, dict[str, str]]:
    """What SAM gives to the functions, by the folder of their code; this machine has no AWS settings."""
    script = ROOT / "tests/support/engines/sam_environments.py"
    command = [str(each) for each in (SAM / "python", script, TEMPLATE, RUNTIME, env_vars)]
    without_aws = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = subprocess.run(
        [str(each) for each in command], check=True, env=without_aws | nowhere, capture_output=True
    )
    environments: dict[str, dict[str, str]] = json.loads(done.stdout)
    return environments


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cloud")


@pytest.fixture(scope="module")
def cloud(state: Path) -> Iterator[LocalCloud]:
    with start_cloud(state) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    with open_client(cloud) as client:
        yield client


@pytest.fixture(scope="module")
def functions(cloud: LocalCloud, state: Path) -> Iterator[FunctionPool]:
    """The functions with the environment of SAM, in which the name of this machine is that of a container."""
    environments = read_sam_environments(state / "sam.json")
    layers = {"DependenciesLayer": ROOT / ".build/layers/dependencies"}
    stack = load_stack(TEMPLATE, {"Runtime": RUNTIME, "Dashboard": "no"}, layer_folders=layers)
    as_in_sam = {
        name: replace(function, environment=at_home(environments[str(function.code.relative_to(ROOT))]))
        for name, function in stack.functions.items()
    }
    pool = FunctionPool(as_in_sam, RUNTIME_PYTHON, logs=state / "sam", services={}, report=print)
    yield pool
    pool.close()


def at_home(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value.replace(HOST, "127.0.0.1") for name, value in environment.items()}


def list_others() -> list[str]:
    """The samples that need those of the catalogue and the customer before them."""
    names = {path.stem for path in ROOT.glob("events/*.json")}
    return sorted(names.difference(CATALOGUE, CUSTOMER))


def publish_next_version(client: httpx.Client) -> None:
    """Publishes the plan again and moves its subscribers, as the sample of the queue says."""
    path = "/catalog/plans/pro"
    price = {"chargePeriod": "MONTHLY", "priceType": "FREE"}
    assert client.post(f"{path}/prices/bulk", json={"prices": [price]}).is_success
    assert client.post(f"{path}/publish", json={"updateFeatures": True}).is_success


def send_sample(functions: FunctionPool, name: str, key: str = "") -> Any:  # noqa: ANN401
    """The function's answer to a sample, which has this key if it is given."""
    event = json.dumps(load_sample_event(name)).replace(SAMPLE_KEY, key or SAMPLE_KEY)
    operation = name.removesuffix("_edge").replace("_", "-")
    return json.loads(functions.invoke(f"parity-{operation}", json.loads(event)) or "null")


def test_every_sample_is_answered_from_the_local_table(
    functions: FunctionPool, client: httpx.Client, cloud: LocalCloud
) -> None:
    for name, feature_type in (("Exports", "METER"), ("SSO", "BOOLEAN")):
        assert client.post("/catalog/features", json={"name": name, "featureType": feature_type}).is_success
    made = [send_sample(functions, name)["statusCode"] for name in (*CATALOGUE, *CUSTOMER)]
    assert made == [201, 201, 201, 200, 200, 201, 201, 200, 201]
    publish_next_version(client)
    answers = {name: send_sample(functions, name, cloud.server_key) for name in list_others()}
    statuses = {
        name: answer["statusCode"] for name, answer in answers.items() if "statusCode" in (answer or {})
    }
    assert not {name: status for name, status in statuses.items() if status not in EXPECTED}
    checks = [
        statuses[f"entitlements_{name}"] for name in ("check", "check_edge", "check_batch_edge", "list")
    ]
    assert checks == [200] * 4
    assert client.get(f"/customers/{CUSTOMER_ID}").json()["name"] == "Fundação Hermínio Ometto"
    assert answers["api_keys_authorize"]["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    assert answers["api_keys_authorize_edge"]["isAuthorized"]


def test_sam_refuses_to_invoke_without_the_file_of_a_running_cloud(tmp_path: Path) -> None:
    """Without it a function would have the credentials of the developer, and AWS to use them at."""
    config = tmp_path / "samconfig.toml"
    config.write_text((ROOT / "samconfig.toml").read_text(encoding="utf-8"), encoding="utf-8")
    event = ROOT / "events/customers_create.json"
    command = [str(SAM / "sam"), "local", "invoke", "CustomersCreate", "--event", str(event)]
    files = ["--template", str(TEMPLATE), "--config-file", str(config)]
    done = subprocess.run([*command, *files], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Path '.local/sam.json' does not exist" in done.stderr
