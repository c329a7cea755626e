"""A customer with subscriptions, overrides and a clock: the handlers against a simple model.

The model derives access from the moment alone. So a check must not depend on what the background functions
have done so far.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from parity.catalog.rules.feature_types import FeatureType
from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.rules.subscriptions import SubscriptionStatus
from tests.support.builders.entitlements import (
    list_grants,
    remove_grant,
    remove_override,
    send_grant,
    send_override,
)
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import post_to_subscription, send_subscription
from tests.support.fakes.event_sources import advance_due
from tests.support.fakes.functions import Context, Reply, call, load_handler
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.access_model import (
    LIVE,
    PLANS,
    START,
    TYPES,
    AccessModel,
    Clock,
    OverrideModel,
    SubscriptionModel,
    prepare_catalog,
    read_access,
    set_model_clock,
)

values = st.sampled_from([0, 1, 30])
numbers = st.integers(0, 5)
plans = st.sampled_from(sorted(PLANS))
features = st.sampled_from(sorted(TYPES))
kinds = st.sampled_from(["override", "grant"])
expiries = st.sampled_from([None, DAY, 10 * DAY])


class CustomerMachine(RuleBasedStateMachine):
    """`is_advanced` says whether the schedule wrote a subscription since the snapshot was last computed."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        clock.moment = START
        table.client.delete_table(TableName=table.name)
        table.client.create_table(**read_table_definition(table.name))
        prepare_catalog()
        self.model = AccessModel()
        self.live: set[str] = set()
        self.ended: dict[str, SubscriptionStatus] = {}
        self.is_advanced = False

    @initialize(plan=plans)
    def begin(self, plan: str) -> None:
        self.subscribe_to(plan)

    @precondition(lambda self: len(self.live) < 4)
    @rule(
        plan=plans,
        delay=st.sampled_from([None, 5 * DAY]),
        trial=st.sampled_from([None, None, 3 * DAY]),
        unpaid=st.booleans(),
    )
    def subscribe(self, plan: str, delay: timedelta | None, trial: timedelta | None, unpaid: bool) -> None:  # noqa: FBT001
        self.subscribe_to(plan, delay, trial, unpaid=unpaid)

    def subscribe_to(
        self,
        plan: str,
        delay: timedelta | None = None,
        trial: timedelta | None = None,
        *,
        unpaid: bool = False,
    ) -> None:
        now = self.clock.moment
        start = now + (delay or timedelta())
        trial_end = start + trial if trial else None
        optional = {
            "start_date": to_iso(start) if delay else None,
            "trial_end": to_iso(trial_end) if trial_end else None,
            "payment_behavior": "activate_on_payment" if unpaid else None,
        }
        given: dict[str, Any] = {name: value for name, value in optional.items() if value}
        reply = send_subscription(plan_identifier=plan, charge_period="WEEKLY", **given)
        if self.expect(reply, 409 if self.model.archived else 201):
            made = reply.body["id"]
            self.model.owned[made] = SubscriptionModel(plan, start, trial_end, now if unpaid else None)
            self.live.add(made)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, plan=plans, waits=st.booleans())
    def update(self, number: int, plan: str, waits: bool) -> None:  # noqa: FBT001
        owned, name = self.choose(number)
        body = {"plan_identifier": plan, "charge_period": "WEEKLY"}
        reply = post_to_subscription("update", name, body | ({"effective": "PERIOD_END"} if waits else {}))
        period_end = owned.period_end(self.clock.moment)
        refused = (
            owned.is_over
            or (owned.awaited_since and plan != owned.plan)
            or (waits and owned.cancel_on and owned.cancel_on <= period_end)
        )
        if self.expect(reply, 409 if refused else 200):
            if waits:
                owned.change, owned.change_on = None if plan == owned.plan else plan, period_end
            else:
                owned.plan, owned.change = plan, None

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers)
    def cancel_now(self, number: int) -> None:
        owned, name = self.choose(number)
        reply = post_to_subscription("cancel", name, {"cancellation_type": "IMMEDIATE"})
        if self.expect(reply, 409 if owned.is_over else 200):
            owned.is_over = True
            self.live.remove(name)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, days=st.sampled_from([None, 1, 9]))
    def cancel_later(self, number: int, days: int | None) -> None:
        """Cancels at the end of the period, or so many days from now."""
        owned, name = self.choose(number)
        day = self.clock.moment.replace(hour=0, minute=0) + (days or 0) * DAY
        body: dict[str, Any] = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
        if days:
            body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{day:%Y-%m-%d}"}
        reply = post_to_subscription("cancel", name, body)
        if self.expect(reply, 409 if owned.is_over else 200):
            owned.cancel_on = day if days else owned.period_end(self.clock.moment)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers)
    def undo(self, number: int) -> None:
        owned, name = self.choose(number)
        reply = post_to_subscription("undo", name)
        possible = not owned.is_over and (owned.cancel_on or owned.change)
        if self.expect(reply, 200 if possible else 409):
            if owned.cancel_on:
                owned.cancel_on = None
            else:
                owned.change = None

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, succeeds=st.booleans(), days=st.sampled_from([0, 13, 15]))
    def pay(self, number: int, succeeds: bool, days: int) -> None:  # noqa: FBT001
        """Pays, and lets so many days pass, in which a failed payment may end the subscription."""
        owned, name = self.choose(number)
        state = owned.state(self.clock.moment)
        reply = post_to_subscription("pay", name, {"outcome": "SUCCEEDED" if succeeds else "FAILED"})
        awaited = {"incomplete", "past_due"} if succeeds else {"incomplete", "past_due", "active"}
        if self.expect(reply, 200 if state in awaited else 409):
            if succeeds:
                owned.awaited_since = owned.failing_since = None
            elif state == "active":
                owned.failing_since = self.clock.moment
        self.pass_time(days * DAY)

    @rule(archives=st.booleans())
    def archive_or_unarchive(self, archives: bool) -> None:  # noqa: FBT001
        if archives:
            self.archive()
        else:
            self.unarchive()

    def archive(self) -> None:
        reply = call("customers/archive", parameters={"customerId": "acme"})
        if self.expect(reply, 409 if self.live else 204):
            self.model.archived = True

    def unarchive(self) -> None:
        reply = call("customers/unarchive", parameters={"customerId": "acme"})
        self.expect(reply, 200)
        self.model.archived = False

    @rule(feature=features, kind=kinds, value=values, lasts=expiries)
    def adjust(self, feature: str, kind: str, value: int, lasts: timedelta | None) -> None:
        expires_on = self.clock.moment + lasts if lasts else None
        reply = send_override(
            feature,
            type=kind,
            value=bool(value) if TYPES[feature] is FeatureType.BOOLEAN else value,
            expiresOn=to_iso(expires_on) if expires_on else None,
        )
        if self.expect(reply, 409 if self.model.archived else 200):
            self.overrides_of_kind(kind)[feature] = OverrideModel(value, expires_on)

    @rule(feature=features, kind=kinds)
    def remove_adjustment(self, feature: str, kind: str) -> None:
        reply = remove_override(feature, kind)
        if self.expect(reply, 204 if feature in self.overrides_of_kind(kind) else 404):
            del self.overrides_of_kind(kind)[feature]

    @rule(feature=features, value=values, waits=st.sampled_from([None, 3 * DAY]), lasts=expiries)
    def add_grant(self, feature: str, value: int, waits: timedelta | None, lasts: timedelta | None) -> None:
        """Any number of a feature, beside the one that PUT sets."""
        starts_on = self.clock.moment + waits if waits else None
        expires_on = self.clock.moment + (waits or timedelta()) + lasts if lasts else None
        reply = send_grant(
            value=bool(value) if TYPES[feature] is FeatureType.BOOLEAN else value,
            featureId=feature,
            startsOn=to_iso(starts_on) if starts_on else None,
            expiresOn=to_iso(expires_on) if expires_on else None,
        )
        if self.expect(reply, 400 if not value else 409 if self.model.archived else 201):
            self.model.grants[reply.body["grantId"]] = OverrideModel(value, expires_on, starts_on)
            self.is_current = False

    @precondition(lambda self: self.model.grants)
    @rule(number=numbers)
    def remove_grant(self, number: int) -> None:
        grant_id = list(self.model.grants)[-1 - number % len(self.model.grants)]
        self.expect(remove_grant(grant_id), 204)
        del self.model.grants[grant_id]
        self.is_current = False

    @rule(later=st.sampled_from([timedelta(hours=5), DAY, 3 * DAY, 8 * DAY, 15 * DAY]))
    def time_passes(self, later: timedelta) -> None:
        self.pass_time(later)

    def pass_time(self, later: timedelta) -> None:
        self.clock.moment += later
        self.model.settle(self.clock.moment)

    @rule(advances=st.booleans())
    def the_background_works(self, advances: bool) -> None:  # noqa: FBT001
        if advances:
            self.advance()
        else:
            self.recompute()

    def advance(self) -> None:
        _, failed = advance_due(self.clock.moment)
        assert failed == 0
        self.is_advanced = True
        self.live = {name for name in self.live if not self.model.owned[name].is_over}

    def recompute(self) -> None:
        """Finds the snapshot as it should be, except that the schedule leaves what is over in it."""
        before = entitlement_store().holdings("acme").snapshot
        record = {"dynamodb": {"Keys": {"PK": {"S": "CUSTOMER#acme"}}, "SequenceNumber": "1"}}
        answer = load_handler("entitlements/recompute").handler({"Records": [record]}, Context())
        assert answer == {"batchItemFailures": []}
        assert self.is_advanced or entitlement_store().holdings("acme").snapshot == before
        self.is_advanced = False

    @invariant()
    def checks_are_what_the_model_says(self) -> None:
        assert read_access() == self.model.access(self.clock.moment)

    @invariant()
    def grants_are_listed_with_all_that_is_left_of_them(self) -> None:
        """There is no usage, so all of a metered one is left, while it is in effect."""
        now, archived = self.clock.moment, self.model.archived
        left = {
            grant_id: each.value
            if TYPES[grant_id.split(".")[0]] is FeatureType.METER and each.is_valid(now) and not archived
            else None
            for grant_id, each in self.model.grants.items()
        }
        assert {each["grantId"]: each["remaining"] for each in list_grants()} == left

    @invariant()
    def live_subscriptions_are_counted_and_ended_ones_stay_as_they_are(self) -> None:
        holdings = entitlement_store().holdings("acme")
        live = {each.id for each in holdings.subscriptions if each.status.value in LIVE}
        assert live == self.live
        assert holdings.customer is not None
        assert holdings.customer.live_subscriptions == len(live)
        assert not (holdings.customer.is_archived and live)
        ended = {each.id: each.status for each in holdings.subscriptions if each.id not in live}
        assert self.ended.items() <= ended.items()
        self.ended = ended

    def choose(self, number: int) -> tuple[SubscriptionModel, str]:
        names = list(self.model.owned)
        name = names[-1 - number % len(names)]
        return self.model.owned[name], name

    def overrides_of_kind(self, kind: str) -> dict[str, OverrideModel]:
        return self.model.overrides if kind == "override" else self.model.grants

    def expect(self, reply: Reply, status: int) -> bool:
        """Whether the operation succeeded, after a check of its status."""
        assert reply.status == status, reply.text
        return reply.status < 300


def test_handlers_grant_the_access_of_the_model(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    set_model_clock(monkeypatch, clock)
    start: Any = partial(CustomerMachine, parity_table, clock)
    run_state_machine_as_test(
        start,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
