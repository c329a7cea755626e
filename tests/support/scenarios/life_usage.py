"""Rules of the life of a customer: what is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from parity.core.times import to_iso
from parity.dynamodb.table import Table
from tests.support.builders.moments import DAY, HOUR, MINUTE
from tests.support.builders.reports import reset_usage, send_report, send_reservation, settle_reservation
from tests.support.builders.usage_history import get_series
from tests.support.fakes.functions import call
from tests.support.scenarios.life_machine import START, Clock, LifeMachine
from tests.support.scenarios.life_model import (
    COUNTED,
    EVENTS,
    METERS,
    PEAK,
    REPORTED,
    SUMMED,
    ReservationModel,
)
from tests.support.scenarios.unit_charges import UnitCharges

amounts = st.sampled_from([1, 1, 2, 3, 5, 9, 14, -1, -4, 0])
metered = st.sampled_from(sorted(EVENTS))


@dataclass(frozen=True)
class EventModel:
    feature: str
    key: str
    moment: datetime
    value: int

    @property
    def body(self) -> dict[str, Any]:
        return {
            "customerId": "acme",
            "eventName": self.feature,
            "idempotencyKey": self.key,
            "timestamp": to_iso(self.moment),
            "properties": {"n": self.value},
        }


class UsageMachine(LifeMachine):
    """`happened` are all events, and `reported` is what was reported in all."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__(table, clock)
        self.happened: list[EventModel] = []
        self.reported = 0

    def use(self, amount: int) -> None:
        self.has_used = True
        self.reported += amount
        self.model.charges[REPORTED].charge(amount)

    @rule(amount=amounts, enforce=st.booleans())
    def report(self, amount: int, enforce: bool) -> None:  # noqa: FBT001
        fits = not enforce or amount <= 0 or self.model.fits(REPORTED, amount)
        reply = send_report(amount, enforce=enforce)
        if self.expect(reply, 200 if fits and not self.model.archived else 409):
            self.use(amount)

    @precondition(lambda self: self.model.charges[REPORTED].giving)
    @rule(total=st.sampled_from([0, 1, 4, 10, 17]))
    def set_usage(self, total: int) -> None:
        """The total of the first level's present window."""
        reply = send_report(total, "SET")
        if self.expect(reply, 409 if self.model.archived else 200):
            self.use(total - self.model.charges[REPORTED].total_of_first)

    @rule(amount=st.sampled_from([1, 3, 8]), minutes=st.sampled_from([1, 60, 24 * 60]))
    def reserve(self, amount: int, minutes: int) -> None:
        fits = self.model.fits(REPORTED, amount)
        reply = send_reservation(amount, featureId=REPORTED, expiresInSeconds=60 * minutes)
        if self.expect(reply, 201 if fits and not self.model.archived else 409):
            expires = self.now + minutes * MINUTE
            self.model.reservations[reply.body["reservationId"]] = ReservationModel(REPORTED, amount, expires)

    @precondition(lambda self: self.model.reservations)
    @rule(used=st.sampled_from([None, 0, 2, 11]), confirms=st.booleans())
    def end_reservation(self, used: int | None, confirms: bool) -> None:  # noqa: FBT001
        name, reservation = next(iter(self.model.reservations.items()))
        if not confirms:
            self.expect(settle_reservation("release", name), 200)
            used = 0
        elif not self.expect(
            settle_reservation("confirm", name, body={"value": used}), 409 if self.model.archived else 200
        ):
            return
        del self.model.reservations[name]
        self.use(reservation.amount if used is None else used)

    @rule(feature=st.sampled_from(METERS))
    def reset_by_hand(self, feature: str) -> None:
        self.deliver_events()
        if self.expect(reset_usage(feature), 409 if self.model.archived else 200):
            self.model.usage[feature].reset(self.now)

    @precondition(lambda self: not self.model.archived)
    @rule(
        feature=metered,
        value=st.sampled_from([1, 2, 4, 7, 13]),
        age=st.sampled_from([timedelta(), MINUTE, 2 * HOUR, 3 * DAY]),
    )
    def happen(self, feature: str, value: int, age: timedelta) -> None:
        """An event, which may be late; the stream has yet to deliver it."""
        moment = max(self.now - age, self.earliest(feature))
        event = EventModel(feature, str(len(self.happened)), moment, value)
        self.expect(call("report/event", body=event.body), 200)
        self.happened.append(event)
        self.has_used = True

    def earliest(self, feature: str) -> datetime:
        """When the present windows begin to count."""
        usage = self.model.usage[feature]
        if isinstance(usage, UnitCharges):
            return (usage.since if usage.giving else None) or self.now
        return min((usage.since[level.kind] for level in usage.giving), default=self.now)

    @precondition(lambda self: self.happened and not self.model.archived)
    @rule(number=st.integers(0, 3))
    def send_event_again(self, number: int) -> None:
        event = self.happened[-1 - number % len(self.happened)]
        if event.moment > self.now - 30 * DAY:
            self.expect(call("report/event", body=event.body), 200)

    @rule(feature=st.sampled_from(METERS))
    def look_at_usage_over_time(self, feature: str) -> None:
        """Everything that was ever used is there, whatever became of the windows."""
        self.deliver_events()
        happened = [event.value for event in self.happened if event.feature == feature]
        totals = {
            REPORTED: self.reported,
            SUMMED: sum(happened),
            COUNTED: len(happened),
            PEAK: max(happened, default=0),
        }
        period = f"from={START - 5 * DAY:%Y-%m-%d}&to={self.now + DAY:%Y-%m-%d}"
        found = get_series(f"featureId={feature}&interval=MONTH&{period}")
        assert found["total"] == totals[feature], (found["total"], totals)
