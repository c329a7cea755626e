"""What all rules of the life of a customer share: the handlers, the clock and the model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.rules.subscriptions import advance_subscription, next_transition
from tests.support.builders.entitlements import check_entitlements, explain_entitlements
from tests.support.fakes.functions import ROUTES, Reply, load_handler
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.life_catalog import PLANS, CatalogModel, draw_gives, prepare_life
from tests.support.scenarios.life_model import CustomerModel

START = datetime(2026, 1, 30, 10, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BACKGROUND = ("entitlements/recompute", "plan_migrations/migrate")
CHECKED = ("hasAccess", "hardLimit", "usageLimit", "currentUsage", "remaining", "resetAt")
RICH = (*CHECKED, "reserved", "rolledOver")


class Clock:
    """The clock of all handlers."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


def set_all_clocks(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    for operation in (*ROUTES, *BACKGROUND):
        if hasattr(handler := load_handler(operation), "now"):
            monkeypatch.setattr(handler, "now", clock)


class LifeMachine(RuleBasedStateMachine):
    """Every step takes a second, so that no two things happen at the same moment."""

    steps = 0
    """Taken by all lives together."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__()
        self.table, self.clock = table, clock
        clock.moment = START
        table.client.delete_table(TableName=table.name)
        table.client.create_table(**read_table_definition(table.name))
        prepare_life()
        self.catalog = CatalogModel()
        self.model = CustomerModel(START)
        self.has_used = False

    @initialize(data=st.data())
    def sell_plans(self, data: st.DataObject) -> None:
        for plan in PLANS:
            self.catalog.create(plan, data.draw(draw_gives()))

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def expect(self, reply: Reply, status: int) -> bool:
        """Whether the operation succeeded, after a check of its status."""
        assert reply.status == status, reply.text
        return reply.status < 300

    def change(self, reply: Reply, status: int) -> bool:
        done = self.expect(reply, status)
        if done:
            self.model.refresh()
        return done

    def deliver_events(self) -> None:
        """What the stream has not delivered yet."""

    def pass_time(self, until: datetime) -> None:
        due = self.model.next_change()
        if due and due <= until:
            self.deliver_events()
        self.clock.moment = until
        self.model.pass_time(until)

    @invariant()
    def every_answer_is_that_of_the_model(self) -> None:
        LifeMachine.steps += 1
        self.look()
        self.pass_time(self.now + SECOND)

    def look(self) -> None:
        expected = self.model.answers()
        shown = check_entitlements()
        _compare(_select(shown, CHECKED), _select(expected, CHECKED))
        if self.model.archived:
            return
        rich = explain_entitlements(at=None)
        given = {name: entry for name, entry in rich.items() if entry["sources"]}
        _compare(_select(given, RICH), _select(expected, RICH))
        self.look_at_subscriptions()

    def look_at_subscriptions(self) -> None:
        holdings = entitlement_store().holdings("acme")
        stored = {each.id: each for each in holdings.subscriptions}
        assert holdings.customer
        assert holdings.customer.live_subscriptions == sum(each.is_live for each in stored.values())
        for name, owned in self.model.owned.items():
            found = advance_subscription(stored[name], self.now)
            terms = found.terms
            shown = found.status.value, terms.plan, terms.plan_version, terms.charge_period
            expected = owned.terms
            assert shown == (owned.state(self.now), expected.plan, expected.version, expected.period), shown
            if not owned.is_over:
                assert found.cancel_on == owned.cancel_on
                assert next_transition(found) == owned.next_change(self.now)


def _select(entries: dict[str, dict[str, Any]], fields: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {name: {field: entry[field] for field in fields} for name, entry in entries.items()}


def _compare(shown: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> None:
    different = [
        f"{name}: {shown.get(name)} is shown, {expected.get(name)} expected"
        for name in shown.keys() | expected.keys()
        if shown.get(name) != expected.get(name)
    ]
    assert not different, different
