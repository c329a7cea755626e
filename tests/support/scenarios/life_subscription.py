"""A model of a subscription: what it is at a moment, and what time and people do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from parity.core.periods import ChargePeriod, Reset, ResetTime, charge_period, window_kind
from parity.entitlements.rules.sources import Rollover

PAYMENT_DEADLINE = timedelta(hours=24)
RETRY_WINDOW = timedelta(days=14)


@dataclass(frozen=True)
class Give:
    """What a plan, an override or a grant gives of a feature. `value` is None where it is unlimited.

    `reset` is None for an override or a grant that has the windows of the plans.
    """

    value: int | None
    hard: bool = True
    reset: Reset | None = Reset.NEVER
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    rollover: Rollover | None = None

    def window_kind(self, anchor: datetime) -> str:
        return window_kind(self.reset or Reset.NEVER, self.reset_time, anchor)


@dataclass(frozen=True)
class TermsModel:
    """A version of a plan by the charge period, with the quantities that were bought."""

    plan: str
    version: int
    period: ChargePeriod
    gives: Mapping[str, Give] = field(compare=False)
    bought: tuple[tuple[str, int], ...] = ()

    def give(self, feature: str) -> Give | None:
        given = self.gives.get(feature)
        bought = dict(self.bought).get(feature)
        if given is None or bought is None or given.value is None:
            return given
        return replace(given, value=bought)


@dataclass(frozen=True)
class UnpaidModel:
    terms: TermsModel
    until: datetime


@dataclass
class SubscriptionModel:
    """`anchor` is what billing periods are counted from; `period_end` is the end of the present one."""

    name: str
    terms: TermsModel
    start: datetime
    trial_end: datetime | None
    awaited_since: datetime | None
    anchor: datetime = field(init=False)
    period_end: datetime = field(init=False)
    failing_since: datetime | None = None
    ends_with_period: bool = False
    ends_on: datetime | None = None
    change: TermsModel | None = None
    unpaid: UnpaidModel | None = None
    over_as: str | None = None
    tried: str | None = field(init=False)
    """The plan that it has, had or will have a trial of."""

    def __post_init__(self) -> None:
        self.anchor = self.trial_end or self.start
        self.period_end = self.trial_end or self._end_of_period(self.anchor)
        self.tried = self.terms.plan if self.trial_end else None

    def _end_of_period(self, at: datetime) -> datetime:
        end = charge_period(self.anchor, self.terms.period, at).end
        assert end
        return end

    def state(self, at: datetime) -> str:
        if self.over_as:
            return self.over_as
        if self.awaited_since:
            return "incomplete"
        if at < self.start:
            return "scheduled"
        if self.trial_end and at < self.trial_end:
            return "trialing"
        return "past_due" if self.failing_since else "active"

    @property
    def is_over(self) -> bool:
        return self.over_as is not None

    def gives_access(self, at: datetime) -> bool:
        return self.state(at) in {"trialing", "active", "past_due"}

    @property
    def cancel_on(self) -> datetime | None:
        return self.period_end if self.ends_with_period else self.ends_on

    @property
    def end(self) -> datetime | None:
        """When it ends, as far as that is known."""
        ends = [
            self.cancel_on,
            self.failing_since and self.failing_since + RETRY_WINDOW,
            self.awaited_since and self.awaited_since + PAYMENT_DEADLINE,
        ]
        return min((end for end in ends if end), default=None)

    def next_change(self, at: datetime) -> datetime | None:
        """When time changes it next."""
        if self.is_over:
            return None
        moments = [self.end, self.unpaid.until if self.unpaid else None]
        state = self.state(at)
        if state == "scheduled":
            moments.append(self.start)
        elif state != "incomplete":
            moments.append(self.period_end)
        return min(moment for moment in moments if moment)

    def pass_moment(self, at: datetime) -> None:
        """Does what is due at this very moment: the end comes before everything else."""
        if self.is_over:
            return
        if self.end and self.end <= at:
            expired = self.awaited_since and self.cancel_on != at
            self._finish("incomplete_expired" if expired else "canceled", at)
            return
        if self.unpaid and self.unpaid.until <= at:
            self.unpaid = None
        if self.gives_access(at) and self.period_end <= at:
            self._renew(at)

    def _finish(self, state: str, at: datetime) -> None:
        """What ends before its start, or without its first payment, was not tried."""
        if self.awaited_since or at < self.start:
            self.tried = None
        self.over_as, self.change, self.unpaid = state, None, None

    def _renew(self, at: datetime) -> None:
        if self.change:
            if self.change.period is not self.terms.period:
                self.anchor = at
            self.terms, self.change = self.change, None
        self.period_end = self._end_of_period(at)

    def source_anchor(self, at: datetime) -> datetime:
        """What windows are counted from: a trial has windows of its own."""
        return self.start if self.trial_end and at < self.trial_end else self.anchor

    def change_terms(self, terms: TermsModel, at: datetime) -> bool:
        """At once. False if that is refused."""
        if self.is_over or (self.awaited_since and terms != self.terms):
            return False
        other_period = terms.period is not self.terms.period
        self.terms, self.change, self.unpaid = terms, None, None
        if other_period:
            state = self.state(at)
            if state in {"active", "past_due"}:
                self.anchor = at
                self.period_end = self._end_of_period(at)
            elif not self.trial_end:
                self.period_end = self._end_of_period(self.anchor)
        return True

    def change_later(self, terms: TermsModel) -> bool:
        """At the end of the period."""
        is_ending = self.cancel_on is not None and self.cancel_on <= self.period_end
        if self.is_over or (self.awaited_since and terms != self.terms) or is_ending:
            return False
        self.change, self.unpaid = None if terms == self.terms else terms, None
        return True

    def change_once_paid(self, terms: TermsModel, at: datetime) -> bool:
        if self.is_over or self.failing_since or (self.awaited_since and terms != self.terms):
            return False
        if terms == self.terms:
            return self.change_terms(terms, at)
        if not (self.unpaid and self.unpaid.terms == terms):
            self.unpaid = UnpaidModel(terms, at + PAYMENT_DEADLINE)
        return True

    def end_trial(self, trial_end: datetime, at: datetime) -> bool:
        """Moves the end of a running trial. A trial that does not run can only be ended now."""
        if self.is_over or (self.state(at) != "trialing" and trial_end > at):
            return False
        if self.state(at) == "trialing":
            self.trial_end = self.anchor = self.period_end = trial_end
        return True

    def cancel(self, on: datetime | None, at: datetime) -> bool:
        if self.is_over:
            return False
        if on is None:
            self._finish("canceled", at)
        self.ends_with_period, self.ends_on = False, on or at
        return True

    def cancel_with_period(self) -> bool:
        if self.is_over:
            return False
        self.ends_with_period, self.ends_on = True, None
        return True

    def undo(self) -> bool:
        if self.is_over or not (self.cancel_on or self.unpaid or self.change):
            return False
        if self.cancel_on:
            self.ends_with_period, self.ends_on = False, None
        elif self.unpaid:
            self.unpaid = None
        else:
            self.change = None
        return True

    def pay(self, at: datetime) -> bool:
        if self.is_over:
            return False
        if self.unpaid:
            return self.change_terms(self.unpaid.terms, at)
        if not (self.awaited_since or self.failing_since):
            return False
        self.awaited_since = self.failing_since = None
        return True

    def fail_to_pay(self, at: datetime) -> bool:
        state = self.state(at)
        if not self.is_over and self.unpaid:
            return True
        if state == "active":
            self.failing_since = at
        return state in {"active", "past_due", "incomplete"}

    def migrate(self, plan: str, version: int, gives: Mapping[str, Give]) -> None:
        """To the features of a version; its price stays."""
        if self.is_over:
            return
        self.terms = _migrate(self.terms, plan, version, gives)
        if self.change:
            self.change = _migrate(self.change, plan, version, gives)
            self.change = None if self.change == self.terms else self.change
        if self.unpaid:
            self.unpaid = replace(self.unpaid, terms=_migrate(self.unpaid.terms, plan, version, gives))


def _migrate(terms: TermsModel, plan: str, version: int, gives: Mapping[str, Give]) -> TermsModel:
    if terms.plan != plan or terms.version >= version:
        return terms
    bought = tuple((feature, value) for feature, value in terms.bought if feature in gives)
    return replace(terms, version=version, gives=gives, bought=bought)
