"""Clients that start quickly are like those that botocore makes with its own data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.loaders import JSONFileLoader, Loader

from parity.aws.clients import KnownServices, new_client
from tests.support import ROOT
from tools.service_data import SERVICES, write_service_data

REGIONS = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1"]
"""Of four partitions."""

VARIANTS: list[dict[str, str]] = [
    {},
    {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_ENDPOINT_URL": "http://127.0.0.1:1234"},
    {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1234/of-one-service"},
]


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the dependencies layer that `make` writes."""
    folder = tmp_path_factory.mktemp("layer")
    write_service_data(folder / "service_data")
    return folder


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize(
    ("service", "region", "variant"),
    [
        *product(["dynamodb"], REGIONS, VARIANTS),
        *product(["events", "sqs"], REGIONS, VARIANTS[:1]),
    ],
)
def test_clients_have_the_urls_of_botocores_own(
    service: str, region: str, variant: dict[str, str], layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"AWS_DEFAULT_REGION": region, **variant}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(layer)
    assert _url(new_client(service)) == _url(botocore.session.get_session().create_client(service))


def _url(client: Any) -> tuple[str, str]:  # noqa: ANN401
    """Where a request goes, by the endpoint rules, and the region that it is signed for."""
    model = client.meta.service_model.operation_model(client.meta.service_model.operation_names[0])
    url, _, _ = client._resolve_endpoint_ruleset(model, {}, {"client_region": client.meta.region_name})
    return url, client._request_signer.region_name


@pytest.mark.parametrize("service", SERVICES)
def test_the_data_differs_from_botocores_own_in_words_only(
    service: str, layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(layer)
    small, full = (loader.load_service_model(service, "service-2") for loader in (KnownServices(), Loader()))
    assert small["operations"].keys() == full["operations"].keys()
    assert small["shapes"].keys() == full["shapes"].keys()
    assert list(_differences(small, full)) == []


def _differences(small: Any, full: Any) -> Iterator[Any]:  # noqa: ANN401
    """The values of one that the other has not, apart from texts named `documentation`."""
    if isinstance(full, dict):
        for name, value in full.items():
            if not (name == "documentation" and isinstance(value, str)):
                yield from _differences(small.get(name), value)
    elif isinstance(full, list):
        for one, other in zip(small, full, strict=True):
            yield from _differences(one, other)
    elif small != full:
        yield small, full


def test_the_data_of_the_layer_is_what_a_client_starts_with(
    layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(layer)
    assert KnownServices().search_paths[0] == str(layer / "service_data")
    read: list[str] = []

    class Recorder(JSONFileLoader):
        def load_file(self, file_path: str) -> Any:  # noqa: ANN401
            found = super().load_file(file_path)
            if found is not None:
                read.append(file_path)
            return found

    monkeypatch.setattr(KnownServices, "FILE_LOADER_CLASS", Recorder)
    new_client("dynamodb", region_name="us-east-1")
    assert read
    assert all(Path(path).is_relative_to(layer) for path in read)


def test_a_process_without_the_layer_has_botocores_own_data() -> None:
    assert KnownServices().search_paths == Loader().search_paths


WITHOUT_UNUSED_MODULES = """
import sys
from parity.aws.clients import new_client
new_client("dynamodb", region_name="us-east-1")
unused = ("botocore.docs.bcdoc", "importlib.metadata", "urllib3.contrib.pyopenssl")
assert not [name for name in sys.modules if name.startswith(unused)]
import boto3, botocore.docs.docstring, importlib.metadata, urllib3.http2
assert botocore.docs.docstring.ClientMethodDocstring.__name__ == "ClientMethodDocstring"
assert importlib.metadata.version("botocore") == boto3.__version__
"""


def test_a_start_does_without_what_it_does_not_use_and_whoever_wants_it_has_it() -> None:
    path = str(ROOT / "layers/parity/python")
    subprocess.run(
        [sys.executable, "-c", WITHOUT_UNUSED_MODULES], env={"PYTHONPATH": path}, check=True, timeout=60
    )


BROKEN_IMPORT = """
import sys
sys.modules["urllib3.util.url"] = None
import parity.aws.clients
"""


def test_what_cannot_be_imported_is_an_error_where_it_is_used() -> None:
    path = str(ROOT / "layers/parity/python")
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN_IMPORT],
        env={"PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "ModuleNotFoundError" in ended.stderr


def test_the_services_whose_names_are_known_are_those_of_the_data() -> None:
    assert KnownServices().list_available_services("service-2") == list(SERVICES)
