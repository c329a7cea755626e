from __future__ import annotations

import threading
from math import inf

import pytest

from local.event_sources.deliveries import Deliveries
from local.model import FunctionError


class FakeSource:
    """Is idle from a question on."""

    def __init__(self, *, idle_from: float = 1) -> None:
        self._idle_from = idle_from
        self.asked = 0

    def are_idle_since(self, moment: float) -> bool:
        self.asked += 1
        return self.asked >= self._idle_from


def test_idle_sources_are_not_waited_for() -> None:
    source = FakeSource()
    assert Deliveries(lambda _name, _event: b"").wait_until_idle([source], 20)
    assert source.asked == 1


def test_a_busy_source_is_asked_again() -> None:
    source = FakeSource(idle_from=3)
    assert Deliveries(lambda _name, _event: b"").wait_until_idle([source], 20)
    assert source.asked == 3


def test_sources_are_asked_again_after_a_delivery() -> None:
    deliveries = Deliveries(lambda _name, _event: b"")

    class Delivering(FakeSource):
        def are_idle_since(self, moment: float) -> bool:
            if not self.asked:
                deliveries.invoke("recompute", {})
            return super().are_idle_since(moment)

    source = Delivering()
    assert deliveries.wait_until_idle([source], 20)
    assert source.asked == 2


def test_a_running_delivery_is_not_idle() -> None:
    may_end, started = threading.Event(), threading.Event()

    def invoke(_name: str, _event: object) -> bytes:
        started.set()
        may_end.wait()
        return b""

    deliveries = Deliveries(invoke)
    thread = threading.Thread(target=deliveries.invoke, args=("recompute", {}))
    thread.start()
    started.wait()
    assert not deliveries.wait_until_idle([FakeSource()], 0.02)
    may_end.set()
    thread.join()
    assert deliveries.wait_until_idle([FakeSource()], 20)


def test_a_failed_delivery_has_ended() -> None:
    def fail(name: str, _event: object) -> bytes:
        raise FunctionError(name, "ValueError", "no")

    deliveries = Deliveries(fail)
    with pytest.raises(FunctionError):
        deliveries.invoke("recompute", {})
    assert deliveries.wait_until_idle([FakeSource()], 20)


def test_a_source_that_stays_busy_is_given_up() -> None:
    deliveries = Deliveries(lambda _name, _event: b"")
    assert not deliveries.wait_until_idle([FakeSource(idle_from=inf)], 0.02)


def test_answers_are_kept_during_the_block_and_taken_once() -> None:
    def invoke(name: str, _event: object) -> bytes:
        if name == "broken":
            raise FunctionError(name, "KeyError", "")
        return name.encode()

    deliveries = Deliveries(invoke)
    deliveries.invoke("before", {})
    with deliveries.keep_answers():
        deliveries.invoke("first", {})
        with pytest.raises(FunctionError):
            deliveries.invoke("broken", {})
        assert deliveries.take_answers() == [("first", b"first"), ("broken", None)]
        assert deliveries.take_answers() == []
    deliveries.invoke("after", {})
    assert deliveries.take_answers() == []
