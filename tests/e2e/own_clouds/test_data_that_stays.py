"""`make run DATA=`: what a local cloud finds again, however it ended."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from local.cloud import LocalCloud
from local.durable_engine import PROGRAM
from local.state_folder import StateError
from tests.support import ROOT
from tests.support.engines.clouds import read_env, start_command
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine
from tests.support.scenarios.counted_customer import (
    read_answers,
    report_usage,
    sell_and_use,
    send_event,
    wait_for_totals,
)

pytestmark = [
    pytest.mark.slow,
    needs_engine,
    pytest.mark.skipif(not (ROOT / PROGRAM).exists(), reason="npm has no dynoxide for this machine"),
]


@contextmanager
def run_until_killed(folder: Path) -> Iterator[httpx.Client]:
    """A cloud with its data in the folder, killed with all of its processes at the end."""
    state, data = folder / "state", folder / "data"
    with start_command(state, DATA=str(data)) as command:
        env = read_env(state)
        headers = {"Authorization": f"Bearer {env['PARITY_SERVER_KEY']}"}
        with httpx.Client(base_url=f"{env['PARITY_URL']}/api/v1", headers=headers, timeout=60) as client:
            yield client
        command.send_signal(signal.SIGKILL)


def test_a_killed_cloud_has_its_customers_keys_and_usage_when_it_runs_again(tmp_path: Path) -> None:
    with run_until_killed(tmp_path) as client:
        key = client.headers["Authorization"]
        sell_and_use(client)
        send_event(client, "a", 1)
        send_event(client, "b", 2, hours_ago=3)
        wait_for_totals(client, calls=3, exports=7)
        before = read_answers(client)
        with pytest.raises(StateError, match="with another DATA"), second_cloud(tmp_path):
            pass
    with run_until_killed(tmp_path) as client:
        assert client.headers["Authorization"] == key
        assert read_answers(client) == before
        send_event(client, "a", 1)
        # Accepted, and not counted yet when the cloud is killed.
        send_event(client, "c", 4)
    with run_until_killed(tmp_path) as client:
        send_event(client, "d", 8)
        report_usage(client, 5)
        wait_for_totals(client, calls=15, exports=12)


def second_cloud(folder: Path) -> LocalCloud:
    """Beside the first one, which has the data."""
    return LocalCloud(
        ROOT,
        quiet=True,
        python=RUNTIME_PYTHON,
        engine_python=ENGINE_PYTHON,
        state=folder / "beside",
        data=folder / "data",
    )
