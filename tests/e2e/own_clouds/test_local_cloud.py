"""The whole local cloud, as `make run` starts it."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import httpx
import pytest

from local.cloud import LocalCloud
from local.state_folder import StateError, find_state_folder
from tests.support import ROOT
from tests.support.engines.clouds import read_env, start_cloud, start_command
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine

pytestmark = needs_engine


def test_each_port_has_a_folder_of_its_own() -> None:
    assert find_state_folder(ROOT, 3000) == ROOT / ".local"
    assert find_state_folder(ROOT, 4000) == ROOT / ".local/4000"


@pytest.fixture
def built_layer() -> None:
    if not (ROOT / ".build/layers/dependencies/python").is_dir():
        pytest.skip("the third-party layer is not built: make test does it")


@pytest.mark.usefixtures("built_layer")
@pytest.mark.slow
def test_the_whole_cloud_serves_the_demo_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LocalCloud(
        ROOT, quiet=True, demo="small", python=RUNTIME_PYTHON, engine_python=ENGINE_PYTHON, state=tmp_path
    ) as cloud:
        assert read_env(tmp_path) == {
            "PARITY_URL": cloud.url,
            "PARITY_EDGE_URL": f"{cloud.url}/edge",
            "PARITY_SERVER_KEY": cloud.server_key,
            "PARITY_CLIENT_KEY": cloud.client_key,
        }
        assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
        assert cloud.server_key.startswith("sk_")
        assert cloud.client_key.startswith("pk_")
        headers = {"Authorization": f"Bearer {cloud.server_key}"}
        assert httpx.get(f"{cloud.url}/api/v1/customers", headers=headers).json()["count"] == 24
        (search,) = re.findall(r"\$PARITY_URL(/[^\"]+\?search=[^\"]+)", (ROOT / "README.md").read_text())
        assert httpx.get(f"{cloud.url}{search}", headers=headers).json()["count"] == 1
    assert not (tmp_path / "env").exists()
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("built_layer")
@pytest.mark.slow
def test_a_second_cloud_leaves_the_files_of_the_first_one_alone(tmp_path: Path) -> None:
    with start_cloud(tmp_path) as first:
        files = {path: path.read_bytes() for path in (tmp_path / "env", tmp_path / "clock")}
        with pytest.raises(StateError, match="with another PORT"), start_cloud(tmp_path):
            pass
        assert {path: path.read_bytes() for path in files} == files
        assert httpx.get(f"{first.url}/local/clock").is_success
    with start_cloud(tmp_path):
        assert (tmp_path / "env").exists()


@pytest.mark.usefixtures("built_layer")
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_the_command_ends_in_order_when_it_is_asked_to(tmp_path: Path, number: signal.Signals) -> None:
    with start_command(tmp_path) as command:
        command.send_signal(number)
        _, trouble = command.communicate()
    assert "Traceback" not in trouble
    assert command.returncode == 0
    assert not (tmp_path / "env").exists()
