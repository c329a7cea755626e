"""A customer with subscriptions, overrides and a clock: the handlers against a simple model of them.

The model knows nothing of snapshots, scheduled functions or streams. It says who has access from the moment
alone, so what the background functions have not done yet must make no difference to a check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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

from parity.catalog.rules.features import FeatureType
from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.rules.subscriptions import SubscriptionStatus
from tests.support.builders.catalog import create_feature, make_entitlement, make_price, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.fakes.functions import Context, Reply, call, load_handler
from tests.support.fakes.tables import read_table_definition

START = datetime(2026, 1, 30, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
PAYMENT_DEADLINE = DAY
RETRY_WINDOW = 14 * DAY

PLANS = {"pro": {"exports": 100, "sso": 1}, "team": {"exports": 500, "seats": 5}}
"""What each plan gives; every price is by the week."""

TYPES = {"exports": FeatureType.METER, "seats": FeatureType.CUSTOMIZABLE, "sso": FeatureType.BOOLEAN}
LIVE = {"scheduled", "incomplete", "trialing", "active", "past_due"}
CLOCKED = [
    "customers/create",
    "customers/archive",
    "customers/unarchive",
    "overrides/set",
    "entitlements/check",
    "subscriptions/create",
    "subscriptions/update",
    "subscriptions/cancel",
    "subscriptions/undo",
    "subscriptions/pay",
    "subscriptions/advance",
]

Answer = dict[str, tuple[bool, int | None]]
"""By feature: whether there is access, and the limit or the number."""


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Owned:
    """What the model knows of a subscription."""

    plan: str
    start: datetime
    trial_end: datetime | None
    awaited_since: datetime | None
    failing_since: datetime | None = None
    cancel_on: datetime | None = None
    change: str | None = None
    change_on: datetime | None = None
    is_over: bool = False

    def settle(self, at: datetime) -> None:
        """What time alone has done."""
        waits = [
            self.cancel_on,
            self.failing_since and self.failing_since + RETRY_WINDOW,
            self.awaited_since and self.awaited_since + PAYMENT_DEADLINE,
        ]
        end = min((moment for moment in waits if moment), default=None)
        if self.change and self.change_on and self.change_on <= at and not (end and end <= self.change_on):
            self.plan, self.change = self.change, None
        self.is_over |= end is not None and end <= at

    def state(self, at: datetime) -> str:
        if self.is_over:
            return "over"
        if self.awaited_since:
            return "incomplete"
        if at < self.start:
            return "scheduled"
        if self.trial_end and at < self.trial_end:
            return "trialing"
        return "past_due" if self.failing_since else "active"

    def period_end(self, at: datetime) -> datetime:
        if self.trial_end and at < self.trial_end:
            return self.trial_end
        anchor = self.trial_end or self.start
        return anchor + (max(at - anchor, timedelta()) // WEEK + 1) * WEEK

    def gives(self, at: datetime) -> dict[str, int]:
        return PLANS[self.plan] if self.state(at) in {"trialing", "active", "past_due"} else {}


@dataclass
class Adjusted:
    value: int
    expires_on: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.expires_on is None or at < self.expires_on


@dataclass
class Model:
    """All that there is, as simple as can be said."""

    archived: bool = False
    owned: dict[str, Owned] = field(default_factory=dict)
    overrides: dict[str, Adjusted] = field(default_factory=dict)
    grants: dict[str, Adjusted] = field(default_factory=dict)

    def settle(self, at: datetime) -> None:
        for owned in self.owned.values():
            owned.settle(at)

    def access(self, at: datetime) -> Answer:
        if self.archived:
            return {}
        answers = {feature: self._answer(feature, at) for feature in TYPES}
        return {feature: answer for feature, answer in answers.items() if answer is not None}

    def _answer(self, feature: str, at: datetime) -> tuple[bool, int | None] | None:
        plans = [given[feature] for owned in self.owned.values() if feature in (given := owned.gives(at))]
        override = [self.overrides[feature].value] if self._holds(self.overrides, feature, at) else []
        grant = [self.grants[feature].value] if self._holds(self.grants, feature, at) else []
        base = override or plans
        if not base + grant:
            return None
        if TYPES[feature] is FeatureType.BOOLEAN:
            return any(base + grant), None
        number = sum(base) if TYPES[feature] is FeatureType.METER else max(base, default=0)
        return number + sum(grant) > 0, number + sum(grant)

    def _holds(self, adjusted: dict[str, Adjusted], feature: str, at: datetime) -> bool:
        return feature in adjusted and adjusted[feature].is_valid(at)


values = st.sampled_from([0, 1, 30])
numbers = st.integers(0, 5)
plans = st.sampled_from(sorted(PLANS))
features = st.sampled_from(sorted(TYPES))
kinds = st.sampled_from(["override", "grant"])
expiries = st.sampled_from([None, DAY, 10 * DAY])


class Life(RuleBasedStateMachine):
    """`in_line` is whether the snapshot has been written since something was changed that it depends on."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        clock.moment = START
        table.client.delete_table(TableName=table.name)
        table.client.create_table(**read_table_definition(table.name))
        for identifier, feature_type in TYPES.items():
            create_feature(identifier, feature_type.value, identifier=identifier)
        for plan, gives in PLANS.items():
            given_by_plan = tuple(
                make_entitlement(name, value, TYPES[name], hard_limit=True) for name, value in gives.items()
            )
            sell_plan(plan, make_price("WEEKLY"), gives=given_by_plan)
        create_customer("Acme")
        self.model = Model()
        self.live: set[str] = set()
        self.versions: dict[str, str] = {}
        self.ended: dict[str, SubscriptionStatus] = {}
        self.in_line = True

    # Subscriptions

    @initialize(plan=plans)
    def begin(self, plan: str) -> None:
        self.subscribe_to(plan)
        self.recompute()

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
        body = {"plan_identifier": plan, "charge_period": "WEEKLY", "customer_id": "acme"}
        reply = call(
            "subscriptions/create",
            body=body
            | ({"start_date": to_iso(start)} if delay else {})
            | ({"trial_end": to_iso(trial_end)} if trial_end else {})
            | ({"payment_behavior": "activate_on_payment"} if unpaid else {}),
        )
        if self.expect(reply, 409 if self.model.archived else 201):
            made = reply.body["id"]
            self.model.owned[made] = Owned(plan, start, trial_end, now if unpaid else None)
            self.live.add(made)
            self.versions[made] = reply.headers["etag"]
            self.in_line = False

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, plan=plans, waits=st.booleans())
    def update(self, number: int, plan: str, waits: bool) -> None:  # noqa: FBT001
        owned, name = self.choose(number)
        body = {"plan_identifier": plan, "charge_period": "WEEKLY"}
        reply = self.send("update", name, body | ({"effective": "PERIOD_END"} if waits else {}))
        refused = owned.is_over or (waits and owned.cancel_on)
        if self.expect(reply, 409 if refused else 200):
            if waits:
                owned.change, owned.change_on = plan, owned.period_end(self.clock.moment)
            else:
                owned.plan, owned.change = plan, None
            self.wrote(name, reply, snapshot=not waits)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers)
    def cancel_now(self, number: int) -> None:
        owned, name = self.choose(number)
        reply = self.send("cancel", name, {"cancellation_type": "IMMEDIATE"})
        if self.expect(reply, 409 if owned.is_over else 200):
            owned.is_over = True
            self.live.remove(name)
            self.wrote(name, reply, snapshot=True)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, days=st.sampled_from([None, 1, 9]))
    def cancel_later(self, number: int, days: int | None) -> None:
        """At the end of the period, or on a day."""
        owned, name = self.choose(number)
        day = self.clock.moment.replace(hour=0, minute=0) + (days or 0) * DAY
        body: dict[str, Any] = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
        if days:
            body = {"cancellation_type": "SPECIFIC_DATE", "cancellation_date": f"{day:%Y-%m-%d}"}
        reply = self.send("cancel", name, body)
        if self.expect(reply, 409 if owned.is_over else 200):
            owned.cancel_on = day if days else owned.period_end(self.clock.moment)
            owned.change = None
            self.wrote(name, reply, snapshot=False)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers)
    def undo(self, number: int) -> None:
        owned, name = self.choose(number)
        reply = self.send("undo", name)
        possible = not owned.is_over and (owned.cancel_on or owned.change)
        if self.expect(reply, 200 if possible else 409):
            owned.cancel_on = owned.change = None
            self.wrote(name, reply, snapshot=False)

    @precondition(lambda self: self.model.owned)
    @rule(number=numbers, succeeds=st.booleans(), days=st.sampled_from([0, 13, 15]))
    def pay(self, number: int, succeeds: bool, days: int) -> None:  # noqa: FBT001
        """With so many days after it, in which a failure may become the end."""
        owned, name = self.choose(number)
        state = owned.state(self.clock.moment)
        reply = self.send("pay", name, {"outcome": "SUCCEEDED" if succeeds else "FAILED"})
        awaited = {"incomplete", "past_due"} if succeeds else {"incomplete", "past_due", "active"}
        if self.expect(reply, 200 if state in awaited else 409):
            if succeeds:
                owned.awaited_since = owned.failing_since = None
            elif state == "active":
                owned.failing_since = self.clock.moment
            self.wrote(name, reply, snapshot=True)
        self.pass_time(days * DAY)

    # The customer

    @rule(archives=st.booleans())
    def archive_or_unarchive(self, archives: bool) -> None:  # noqa: FBT001
        if archives:
            self.archive()
        else:
            self.unarchive()

    def archive(self) -> None:
        reply = call("customers/archive", parameters={"customerId": "acme"})
        if self.expect(reply, 409 if self.live else 204):
            self.in_line |= not self.model.archived
            self.model.archived = True

    def unarchive(self) -> None:
        reply = call("customers/unarchive", parameters={"customerId": "acme"})
        self.expect(reply, 200)
        self.in_line &= not self.model.archived
        self.model.archived = False

    @rule(feature=features, kind=kinds, value=values, lasts=expiries)
    def adjust(self, feature: str, kind: str, value: int, lasts: timedelta | None) -> None:
        expires_on = self.clock.moment + lasts if lasts else None
        switch = TYPES[feature] is FeatureType.BOOLEAN
        reply = call(
            "overrides/set",
            parameters={"customerId": "acme", "feature": feature},
            body={
                "type": kind,
                "value": bool(value) if switch else value,
                "expiresOn": to_iso(expires_on) if expires_on else None,
            },
        )
        if self.expect(reply, 409 if self.model.archived else 200):
            self.adjusted(kind)[feature] = Adjusted(value, expires_on)
            self.in_line = False

    @rule(feature=features, kind=kinds)
    def remove_override(self, feature: str, kind: str) -> None:
        parameters = {"customerId": "acme", "feature": feature}
        reply = call("overrides/remove", parameters=parameters, query=f"type={kind}")
        if self.expect(reply, 204 if feature in self.adjusted(kind) else 404):
            del self.adjusted(kind)[feature]
            self.in_line = False

    # Time, and what works in the background

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
        report = load_handler("subscriptions/advance").handler({}, Context())
        assert (report["failed"], report["complete"]) == (0, True)
        self.live = {name for name in self.live if not self.model.owned[name].is_over}

    def recompute(self) -> None:
        record = {"dynamodb": {"Keys": {"PK": {"S": "CUSTOMER#acme"}}, "SequenceNumber": "1"}}
        answer = load_handler("entitlements/recompute").handler({"Records": [record]}, Context())
        assert answer == {"batchItemFailures": []}
        self.in_line = True

    # What always holds

    @invariant()
    def checks_are_what_the_model_says(self) -> None:
        if self.in_line or self.model.archived:
            assert self.checked() == self.model.access(self.clock.moment)

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

    # How the rules do it

    def choose(self, number: int) -> tuple[Owned, str]:
        names = list(self.model.owned)
        name = names[-1 - number % len(names)]
        return self.model.owned[name], name

    def adjusted(self, kind: str) -> dict[str, Adjusted]:
        return self.model.overrides if kind == "override" else self.model.grants

    def send(self, operation: str, name: str, body: Any = None) -> Reply:  # noqa: ANN401
        return call(f"subscriptions/{operation}", parameters={"subscriptionId": name}, body=body)

    def expect(self, reply: Reply, status: int) -> bool:
        """Whether it was done."""
        assert reply.status == status, reply.text
        return reply.status < 300

    def wrote(self, name: str, reply: Reply, *, snapshot: bool) -> None:
        """An operation that changed nothing has written nothing, and no snapshot either."""
        if self.versions[name] != reply.headers["etag"]:
            self.in_line = snapshot
        self.versions[name] = reply.headers["etag"]

    def checked(self) -> Answer:
        reply = call("entitlements/check", query="customer_id=acme")
        assert reply.status == 200
        answers = dict(map(_answer, reply.body["entitlements"]))
        assert len(answers) == len(reply.body["entitlements"])
        return answers


def _answer(entry: dict[str, Any]) -> tuple[str, tuple[bool, int | None]]:
    assert entry["featureType"] == TYPES[entry["featureId"]]
    if entry["featureType"] == FeatureType.METER:
        assert entry["hardLimit"] is True
        assert (entry["currentUsage"], entry["remaining"]) == (0, entry["usageLimit"])
    return entry["featureId"], (entry["hasAccess"], entry["usageLimit"])


def test_handlers_do_what_the_model_says(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    for operation in CLOCKED:
        monkeypatch.setattr(load_handler(operation), "now", clock)
    # moto loses what transactions of several threads write.
    monkeypatch.setattr("parity.subscriptions.service.transitions.WORKERS", 1)
    begun: Any = partial(Life, parity_table, clock)
    run_state_machine_as_test(
        begun,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
