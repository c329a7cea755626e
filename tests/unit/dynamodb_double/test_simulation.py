"""Processes share one time, in which sleeping costs nothing."""

from __future__ import annotations

import threading
import time
from functools import partial

from tests.support.fakes.dynamodb.simulation import Simulation


def test_ten_minutes_of_a_thousand_processes_pass_in_their_order(simulation: Simulation) -> None:
    seen: list[tuple[float, int]] = []

    def work(number: int) -> None:
        time.sleep(600 - number / 1000)
        seen.append((simulation.now(), number))

    simulation.run({0.0: [partial(work, number) for number in range(1000)]})
    assert [number for _, number in seen] == list(reversed(range(1000)))
    assert seen[-1][0] == 600


def test_processes_begin_at_their_moments_and_errors_are_outcomes(simulation: Simulation) -> None:
    def fail() -> None:
        raise ValueError

    outcomes = simulation.run({5.0: [simulation.now], 2.0: [simulation.now, fail]})
    assert outcomes[0] == 2.0
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 5.0


def test_time_outside_of_the_simulation_is_real(simulation: Simulation) -> None:
    """A thread that is none of the processes sleeps by itself, and the real `sleep` is back afterwards."""
    real = time.sleep
    other = threading.Thread(target=partial(simulation.sleep, 0.001))
    other.start()
    other.join()
    simulation.run({0.0: [lambda: time.sleep(1)]})
    assert simulation.now() == 1
    assert time.sleep is real
