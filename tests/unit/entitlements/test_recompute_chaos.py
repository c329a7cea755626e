"""Recomputing while everything changes: the snapshot ends as a recompute from nothing writes it."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import settings

from parity.customers.rules.customers import CustomerDraft, new_customer
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import Holdings
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import START
from tests.support.fakes.clients import remove_pauses
from tests.support.scenarios.recompute_chaos import (
    FakeEntitlements,
    compute_from_nothing,
    play_seed,
    without_history,
)


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_the_snapshot_ends_as_a_recompute_from_nothing_writes_it(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000 seeds in a thorough run, 200 in a quick one."""
    remove_pauses(monkeypatch)
    number = 100 if settings.get_current_profile_name() == "thorough" else 20
    for seed in range(first, first + number):
        for customer_id, held in play_seed(seed):
            expected = without_history(compute_from_nothing(held))
            assert without_history(held.snapshot) == expected, f"seed {seed}, {customer_id}"


def test_a_change_that_is_undone_while_its_consumer_writes_is_not_kept() -> None:
    """The other consumers find a correct snapshot and write nothing, so the revision stays the same."""

    def undo_before_save(customer_id: str) -> None:
        is_before_save = next(pauses) == 2
        if is_before_save:
            held.overrides.clear()
            assert not recompute(others, customer_id, START).changed

    pauses = count(1)
    slow, others = FakeEntitlements(undo_before_save), FakeEntitlements(lambda _: None)
    slow.held = others.held
    held = others.held["acme"] = Holdings(
        new_customer(CustomerDraft(name="Acme"), id="1", customer_id="acme", now=START)
    )
    recompute(others, "acme", START)
    held.overrides.append(make_override())
    recompute(slow, "acme", START)
    assert held.snapshot == compute_from_nothing(held)
    assert held.snapshot.features == {}
