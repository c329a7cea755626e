"""The life of a customer: what the handlers answer against a plain model, in every step."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.builders.moments import DAY, HOUR, MINUTE, TICK
from tests.support.scenarios.life_adjustments import AdjustmentsMachine
from tests.support.scenarios.life_background import BackgroundMachine
from tests.support.scenarios.life_machine import Clock, LifeMachine, set_all_clocks
from tests.support.scenarios.life_purchases import PurchasesMachine
from tests.support.sizes import PartOrAll

LIVES_PER_THOUSAND_STEPS = 35


class CustomerLife(PurchasesMachine, AdjustmentsMachine, BackgroundMachine):
    """Everything that may happen to a customer."""

    @rule(later=st.sampled_from([5 * MINUTE, 5 * HOUR, DAY, 3 * DAY, 8 * DAY, 15 * DAY, 40 * DAY]))
    def let_time_pass(self, later: timedelta) -> None:
        self.pass_time(self.now + later)

    @precondition(lambda self: self.model.next_change())
    @rule()
    def come_to_the_next_change(self) -> None:
        """Right before it, and at that very moment."""
        due = self.model.next_change()
        if due and due < self.now + 400 * DAY:
            self.pass_time(due - TICK)
            self.look()
            self.pass_time(due)


def live(table: Table, clock: Clock, **how: Any) -> int:  # noqa: ANN401
    """Lives that many lives; returns the number of steps."""
    LifeMachine.steps = 0
    start: Any = partial(CustomerLife, table, clock)
    health = list(HealthCheck)
    run_state_machine_as_test(start, settings=settings(deadline=None, suppress_health_check=health, **how))
    print(f"{LifeMachine.steps} steps")  # noqa: T201 - pytest shows it with a failure, or with -s
    return LifeMachine.steps


@pytest.fixture
def clock(queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    set_all_clocks(monkeypatch, clock)
    return clock


def test_a_few_lives(parity_table: Table, clock: Clock) -> None:
    assert live(parity_table, clock, max_examples=8, stateful_step_count=25, derandomize=True) >= 100


@pytest.mark.slow
def test_many_lives(parity_table: Table, clock: Clock, part_or_all: PartOrAll) -> None:
    """Each time others: a failure says how to reproduce it."""
    wanted = part_or_all(2_000, 10_000)
    lives = wanted // 1_000 * LIVES_PER_THOUSAND_STEPS
    steps = live(parity_table, clock, max_examples=lives, stateful_step_count=40, print_blob=True)
    assert steps >= wanted
