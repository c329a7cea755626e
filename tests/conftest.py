"""Settings of all tests."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from tests.support.sizes import PartOrAll

SHARED_CLOUD = "tests/e2e/shared_cloud/"
DASHBOARD = "tests/e2e/dashboard/"
START_FIRST = (
    "tests/e2e/own_clouds/test_schemathesis.py",
    DASHBOARD,
    "tests/e2e/own_clouds/test_mentions.py",
    "tests/e2e/life/",
    "tests/e2e/own_clouds/test_clock.py",
    # They read the whole table around each test, so they run while it is small.
    f"{SHARED_CLOUD}test_request_",
    SHARED_CLOUD,
    "tests/operations/test_life_model.py",
    "tests/operations/test_usage_model.py",
    "tests/e2e/engine/test_migration_scale.py",
)
"""Where the longest tests are: what starts last should be short, so that the workers end together."""

# How long an example takes says nothing about the code on a machine that does other things, too.
settings.register_profile("quick", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None)
settings.load_profile("quick")

# The default of 700 makes the garbage collector look through all that is imported for a seventh of the time.
gc.set_threshold(10_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full-size",
        action="store_true",
        help="slow tests with the numbers that the documentation states, not with a part of them",
    )


@pytest.fixture(scope="session")
def part_or_all(pytestconfig: pytest.Config) -> PartOrAll:
    is_full_size = pytestconfig.getoption("full_size")
    return lambda part, all_of_them: all_of_them if is_full_size else part


@pytest.fixture(autouse=True)
def stack_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics that code under test writes name a stack, or a version of a function."""
    monkeypatch.setenv("STACK_NAME", "parity-test")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "parity-test-function")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def position_of(item: pytest.Item) -> int:
        first = [number for number, start in enumerate(START_FIRST) if item.nodeid.startswith(start)]
        return first[0] if first else len(START_FIRST)

    items.sort(key=position_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Each module runs on one worker, and all that share a cloud run on the same, which starts that cloud."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - only where there are workers

    scheduling = LoadFileScheduling(config, log)
    file_of = scheduling._split_scope

    def scope_of(test: str) -> str:
        shared = [folder for folder in (SHARED_CLOUD, DASHBOARD) if test.startswith(folder)]
        return shared[0] if shared else file_of(test)

    scheduling._split_scope = scope_of
    return scheduling
