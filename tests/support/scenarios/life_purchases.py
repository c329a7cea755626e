"""Rules of the life of a customer: the catalogue, subscriptions and the customer itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from parity.core.periods import ChargePeriod
from parity.core.times import to_iso
from parity.entitlements.store.holdings import entitlement_store
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import post_to_subscription, send_subscription
from tests.support.fakes.functions import call
from tests.support.scenarios.life_catalog import PERIODS, PLANS, TRIAL_DAYS
from tests.support.scenarios.life_machine import LifeMachine
from tests.support.scenarios.life_subscription import SubscriptionModel, TermsModel

plans = st.sampled_from(PLANS)
periods = st.sampled_from(PERIODS)
numbers = st.integers(0, 5)


class PurchasesMachine(LifeMachine):
    def terms_of(self, plan: str, period: str) -> TermsModel:
        version, gives = self.catalog.published[plan]
        return TermsModel(plan, version, ChargePeriod(period), gives)

    def choose(self, number: int) -> SubscriptionModel:
        """The latest ones most often."""
        owned = list(self.model.owned.values())
        return owned[-1 - number % len(owned)]

    @rule(archives=st.booleans())
    def archive_or_unarchive(self, archives: bool) -> None:  # noqa: FBT001
        """A subscription that is over is live until the schedule has written that."""
        if archives:
            holdings = entitlement_store().holdings("acme")
            is_live = holdings.customer and holdings.customer.live_subscriptions
            if self.expect(
                call("customers/archive", parameters={"customerId": "acme"}), 409 if is_live else 204
            ):
                self.model.archived = True
        else:
            self.expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
            self.model.archived = False
        self.model.refresh()

    @precondition(lambda self: sum(not each.is_over for each in self.model.owned.values()) < 4)
    @rule(
        plan=plans,
        period=periods,
        delay=st.sampled_from([None, None, 5 * DAY]),
        trial=st.sampled_from([None, None, timedelta(), 2 * DAY]),
        unpaid=st.integers(0, 3),
    )
    def subscribe(
        self, plan: str, period: str, delay: timedelta | None, trial: timedelta | None, unpaid: int
    ) -> None:
        start = self.now + (delay or timedelta())
        if trial is None:
            is_tried = any(owned.tried == plan for owned in self.model.owned.values())
            trial_end = start + TRIAL_DAYS[plan] * DAY if TRIAL_DAYS[plan] and not is_tried else None
        else:
            trial_end = start + trial if trial else None
        optional = {
            "start_date": to_iso(start) if delay else None,
            "trial_end": (to_iso(start + trial) if trial else "now") if trial is not None else None,
            "payment_behavior": None if unpaid else "activate_on_payment",
        }
        given: dict[str, Any] = {name: value for name, value in optional.items() if value}
        reply = send_subscription(plan_identifier=plan, charge_period=period, **given)
        if self.expect(reply, 409 if self.model.archived else 201):
            name = reply.body["id"]
            terms, awaited = self.terms_of(plan, period), None if unpaid else self.now
            self.model.owned[name] = SubscriptionModel(name, terms, start, trial_end, awaited)
            self.model.refresh()

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, plan=plans, period=periods, when=st.sampled_from(["now", "later", "paid"]))
    def update(self, number: int, plan: str, period: str, when: str) -> None:
        owned = self.choose(number)
        terms = self.terms_of(plan, period)
        more = {
            "now": {},
            "later": {"effective": "PERIOD_END"},
            "paid": {"payment_behavior": "activate_on_payment"},
        }
        body = {"plan_identifier": plan, "charge_period": period, **more[when]}
        reply = post_to_subscription("update", owned.name, body)
        if when == "now":
            done = owned.change_terms(terms, self.now)
        elif when == "later":
            done = owned.change_later(terms)
        else:
            done = owned.change_once_paid(terms, self.now)
        self.change(reply, 200 if done else 409)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, days=st.sampled_from([0, 2]))
    def move_end_of_trial(self, number: int, days: int) -> None:
        owned = self.choose(number)
        if owned.is_over or owned.awaited_since or owned.state(self.now) == "scheduled":
            return
        trial_end = self.now + days * DAY
        body = {
            "plan_identifier": owned.terms.plan,
            "charge_period": owned.terms.period,
            "trial_end": to_iso(trial_end) if days else "now",
        }
        reply = post_to_subscription("update", owned.name, body)
        done = owned.end_trial(trial_end, self.now)
        if done:
            owned.change_terms(self.terms_of(owned.terms.plan, owned.terms.period), self.now)
            owned.pass_moment(self.now)
        self.change(reply, 200 if done else 400)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, days=st.sampled_from([None, 0, 1, 9]))
    def cancel(self, number: int, days: int | None) -> None:
        """Now, at the end of the period, or so many days from now."""
        owned = self.choose(number)
        body: dict[str, Any] = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
        if days is None:
            reply = post_to_subscription("cancel", owned.name, {"cancellation_type": "IMMEDIATE"})
            done = owned.cancel(None, self.now)
        elif days == 0:
            reply = post_to_subscription("cancel", owned.name, body)
            done = owned.cancel_with_period()
        else:
            day = self.now.replace(hour=0, minute=0, second=0, microsecond=0) + days * DAY
            body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{day:%Y-%m-%d}"}
            reply = post_to_subscription("cancel", owned.name, body)
            done = owned.cancel(day, self.now)
        self.change(reply, 200 if done else 409)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers)
    def undo(self, number: int) -> None:
        owned = self.choose(number)
        reply = post_to_subscription("undo", owned.name)
        self.change(reply, 200 if owned.undo() else 409)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, succeeds=st.booleans())
    def pay(self, number: int, succeeds: bool) -> None:  # noqa: FBT001
        owned = self.choose(number)
        outcome = "SUCCEEDED" if succeeds else "FAILED"
        reply = post_to_subscription("pay", owned.name, {"outcome": outcome})
        done = owned.pay(self.now) if succeeds else owned.fail_to_pay(self.now)
        self.change(reply, 200 if done else 409)
