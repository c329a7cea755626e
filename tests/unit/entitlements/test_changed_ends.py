"""What is never reset is used in the order of the ends that were meant at the time, whatever they became."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.history import with_history
from parity.entitlements.rules.levels import next_turn
from parity.entitlements.rules.settlement import settle
from parity.entitlements.rules.sources import EarlierEnd, FeatureSources, Snapshot, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import DAY, HOUR, START

if TYPE_CHECKING:
    from datetime import datetime

    from parity.entitlements.rules.settlement import MeterUsage

NAMES = ("plan", "pack", "gift", "daily")


def make_snapshot(*sources: Source) -> Snapshot:
    features = {"exports": FeatureSources(FeatureType.METER, sources)} if sources else {}
    return Snapshot(archived=False, subscribed=(Period(START, None),), features=features)


def report(snapshot: Snapshot, usage: MeterUsage | None, at: datetime, amount: int) -> MeterUsage:
    """As a report does: it settles where something has changed, and then moves one number."""
    turn = next_turn(snapshot.meter("exports"), usage.at) if usage else at
    if usage is None or (turn and turn <= at):
        usage = settle(snapshot.meter("exports"), usage, at)
    if usage.first is None:
        return usage._replace(at=at)
    first = usage.levels[usage.first]
    return usage._replace(
        at=at, levels={**usage.levels, usage.first: first._replace(used=first.used + amount)}
    )


def look(snapshot: Snapshot, usage: MeterUsage | None, at: datetime) -> list[tuple[object, ...]]:
    return [(each.limit, each.used) for each in balances_at(snapshot.meter("exports"), usage, at)]


@dataclass
class Customer:
    """Changes its sources and uses them. Promptly: usage is settled with every change."""

    is_prompt: bool
    snapshot: Snapshot | None = None
    usage: MeterUsage | None = None

    def change(self, fresh: Snapshot, at: datetime) -> None:
        settled_on = {"exports": self.usage.at} if self.usage else {}
        self.snapshot = with_history(fresh, self.snapshot, at, settled_on)
        if self.is_prompt:
            self.usage = settle(self.snapshot.meter("exports"), self.usage, at)

    def report(self, at: datetime, amount: int) -> None:
        assert self.snapshot
        self.usage = report(self.snapshot, self.usage, at, amount)

    def look(self, at: datetime) -> list[tuple[object, ...]]:
        assert self.snapshot
        return look(self.snapshot, self.usage, at)


@st.composite
def draw_changed(draw: st.DrawFn, held: dict[str, Source], at: datetime) -> dict[str, Source]:
    """One source begins, is removed, or is to end at another time."""
    name = draw(st.sampled_from(NAMES))
    end = draw(st.none() | st.integers(1, 20).map(lambda days: at + days * DAY))
    old = held.get(name)
    others = {other: source for other, source in held.items() if other != name}
    if old and old.is_valid_at(at):
        return draw(st.sampled_from((others, {**others, name: replace(old, valid_until=end)})))
    new = make_source(
        draw(st.integers(0, 9)),
        SourceKind.GRANT if name == "gift" else SourceKind.SUBSCRIPTION,
        id=f"{name}-{at:%d-%H}",
        valid_from=at,
        valid_until=end,
        reset=Reset.EVERY_DAY if name == "daily" else Reset.NEVER,
        hard_limit=draw(st.booleans()),
    )
    return {**others, name: new}


@given(st.data())
def test_when_usage_is_settled_does_not_matter(data: st.DataObject) -> None:
    prompt, late = Customer(is_prompt=True), Customer(is_prompt=False)
    held: dict[str, Source] = {}
    at = START
    for _ in range(data.draw(st.integers(2, 9))):
        held = data.draw(draw_changed(held, at))
        fresh = make_snapshot(*(source for source in held.values() if not source.has_ended(at)))
        amount = data.draw(st.sampled_from((0, 0, 1, 5, 12)))
        for customer in (prompt, late):
            customer.change(fresh, at)
            if amount:
                customer.report(at + HOUR, amount)
        assert prompt.look(at + 2 * HOUR) == late.look(at + 2 * HOUR)
        at += data.draw(st.sampled_from((3 * HOUR, DAY, 4 * DAY)))


def test_an_end_that_was_undone_had_been_meant_until_then() -> None:
    """The plan is canceled for a day. What was used on that day was taken from it, as it was to end first."""
    plan, pack = (make_source(10, id=name, reset=Reset.NEVER) for name in ("plan", "pack"))
    canceled = make_source(10, id="plan", reset=Reset.NEVER, valid_until=START + 30 * DAY)
    used = {"exports": START}
    before = with_history(make_snapshot(canceled, pack), make_snapshot(plan, pack), START + DAY, used)
    after = with_history(make_snapshot(plan, pack), before, START + 2 * DAY, used)
    ends = {source.id: source.earlier_ends for source in after.meter("exports").sources}
    both = (EarlierEnd(START + DAY, None), EarlierEnd(START + 2 * DAY, START + 30 * DAY))
    assert ends == {"plan": both, "pack": ()}
    assert with_history(make_snapshot(plan, pack), after, START + 2 * DAY, used) == after


def test_earlier_ends_are_dropped_once_usage_is_settled() -> None:
    plan = make_source(10, id="plan", reset=Reset.NEVER)
    canceled = make_source(10, id="plan", reset=Reset.NEVER, valid_until=START + 30 * DAY)
    changed = with_history(make_snapshot(canceled), make_snapshot(plan), START + DAY, {"exports": START})
    for settled_on in ({"exports": START + DAY}, {}):
        settled = with_history(make_snapshot(canceled), changed, START + 2 * DAY, settled_on)
        assert settled == make_snapshot(canceled)


def test_windows_that_turn_need_no_earlier_ends() -> None:
    plan = make_source(10, id="plan", reset=Reset.EVERY_MONTH)
    canceled = make_source(10, id="plan", reset=Reset.EVERY_MONTH, valid_until=START + 30 * DAY)
    changed = with_history(make_snapshot(canceled), make_snapshot(plan), START + DAY, {"exports": START})
    assert changed == make_snapshot(canceled)


def test_what_a_removed_grant_had_covered_goes_with_it() -> None:
    """28 of 12 are used, and a grant covers 1 for a day. The plan's end comes before the grant's."""
    plan = make_source(12, id="pro", reset=Reset.NEVER, hard_limit=False, valid_until=START + 10 * DAY)
    grant = make_source(
        1,
        SourceKind.GRANT,
        id="gift",
        reset=Reset.NEVER,
        valid_from=START + DAY,
        valid_until=START + 45 * DAY,
    )
    removed_on = START + 2 * DAY
    usage = report(make_snapshot(plan), None, START, 28)
    both = make_snapshot(plan, grant)
    seen = settle(both.meter("exports"), usage, removed_on)
    alone = with_history(make_snapshot(plan), both, removed_on, {"exports": START})
    assert look(alone, usage, removed_on) == look(alone, seen, removed_on)
