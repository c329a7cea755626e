"""A search right after anything: random histories beside a plain model (docs/decisions/0066)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parity.dynamodb.table import Table
from tests.support.fakes.clients import remove_pauses
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.search_history import SearchHistory, Step, steps

HEALTH = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=HEALTH)
MANY = settings(FEW, max_examples=120)

CREATE = Step("create", "c-0", "Anna Beta", "anna@gamma.example")
RENAME = Step("rename", "c-0", "Gamma", None)
ARCHIVE, ERASE = Step("archive", "c-0", "", None), Step("erase", "c-0", "", None)
ENDED = [Step("rename", "c-0", "Gamma", None, at, after=after) for at in (2, 3) for after in (False, True)]


@pytest.fixture
def make_history(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> Callable[[], SearchHistory]:
    """Makes a history in a table of its own."""
    remove_pauses(monkeypatch)

    def make() -> SearchHistory:
        name = f"search-{uuid4().hex}"
        parity_table.client.create_table(**read_table_definition(name))
        return SearchHistory(Table(parity_table.client, name))

    return make


def play(history: SearchHistory, taken: list[Step], chance: Random) -> None:
    for step in taken:
        history.take(step)
        history.check_search()
        if not history.has_crashed:
            history.check_entries()
        if chance.random() < 0.3:
            history.deliver_some(chance)
            history.check_search()
    history.deliver_all(chance)
    history.check_entries()
    history.check_search()


@pytest.mark.slow
@FEW
@given(taken=st.lists(steps, min_size=4, max_size=10), seed=st.integers(0, 1000))
@example(taken=[CREATE, *ENDED, ARCHIVE, ERASE], seed=1)
@example(taken=[CREATE, Step("rename", "c-0", "Bert", None, 3, meets=RENAME)], seed=1)
@example(taken=[CREATE, ARCHIVE, Step("unarchive", "c-0", "", None, 3, meets=ARCHIVE), ERASE], seed=1)
@example(taken=[Step("create", "c-0", "Anna Beta", None, 3, meets=RENAME), ARCHIVE, ERASE], seed=1)
def test_a_search_finds_what_it_should_whatever_happened(
    make_history: Callable[[], SearchHistory], taken: list[Step], seed: int
) -> None:
    play(make_history(), taken, Random(seed))


@pytest.mark.slow
@MANY
@given(taken=st.lists(steps, min_size=4, max_size=12), seed=st.integers(0, 1_000_000))
def test_a_search_finds_what_it_should_in_many_histories(
    make_history: Callable[[], SearchHistory], taken: list[Step], seed: int
) -> None:
    play(make_history(), taken, Random(seed))
