"""Rules of the life of a customer: streams, schedules and queues, which work late, twice or not at all."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from parity.dynamodb.items import from_wire
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.store import keys
from parity.subscriptions.store.migration_queue import migration_queue
from tests.support.fakes.event_sources import (
    Record,
    UsageStream,
    advance_due,
    deliver_messages,
    deliver_records,
    receive_messages,
    run_aggregation,
)
from tests.support.fakes.functions import Context, load_handler
from tests.support.scenarios.life_catalog import PLANS, draw_gives
from tests.support.scenarios.life_machine import Clock
from tests.support.scenarios.life_subscription import Give
from tests.support.scenarios.life_usage import UsageMachine


class BackgroundMachine(UsageMachine):
    """`records` are all of the stream of usage so far; those before `delivered` were delivered once."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__(table, clock)
        self.stream = UsageStream(table)
        self.records: list[Record] = []
        self.delivered = 0
        self.migrating: dict[str, tuple[int, dict[str, Give]]] = {}
        receive_messages(migration_queue())

    @invariant()
    def changes_of_usage_are_on_the_stream(self) -> None:
        if self.has_used:
            self.has_used = False
            self.records += self.stream.read_changes()

    @rule(again=st.integers(0, 6), new=st.sampled_from([1, 3, 100]))
    def the_stream_delivers(self, again: int, new: int) -> None:
        """New records, and some before them again."""
        start = max(0, self.delivered - again)
        self.deliver(start, max(self.delivered, min(len(self.records), start + new)))

    def deliver(self, start: int, end: int) -> None:
        assert deliver_records(self.records[start:end], self.now) == []
        keys = {_key_of(record) for record in self.records[self.delivered : end]}
        for event in self.happened:
            if event.key in keys:
                self.model.count(event.feature, event.moment, event.value)
        self.delivered = end

    def deliver_events(self) -> None:
        self.changes_of_usage_are_on_the_stream()
        self.deliver(self.delivered, len(self.records))

    @rule()
    def the_stream_recomputes(self) -> None:
        """What a change did already is found to be so, and the second time nothing is written."""
        self.recompute()
        before = entitlement_store().holdings("acme")
        self.recompute()
        assert entitlement_store().holdings("acme") == before

    def recompute(self) -> None:
        record = {"dynamodb": {"Keys": {"PK": {"S": "CUSTOMER#acme"}}, "SequenceNumber": "1"}}
        answer = load_handler("entitlements/recompute").handler({"Records": [record]}, Context())
        assert answer == {"batchItemFailures": []}

    @rule()
    def the_schedule_advances(self) -> None:
        assert advance_due(self.now)[1] == 0
        stored = {each.id: each.status for each in entitlement_store().holdings("acme").subscriptions}
        for name, owned in self.model.owned.items():
            assert stored[name].value == owned.state(self.now)

    @rule()
    def the_schedule_closes_hours(self) -> None:
        done = run_aggregation(self.now)
        assert (done["failed"], done["complete"]) == (0, True)

    @precondition(lambda self: len(self.migrating) < len(PLANS))
    @rule(plan=st.sampled_from(PLANS), gives=draw_gives(), migrates=st.booleans())
    def publish(self, plan: str, gives: dict[str, Give], migrates: bool) -> None:  # noqa: FBT001
        """Subscribers are moved when the queue delivers. Until then, no other version is published."""
        if plan in self.migrating:
            return
        version = self.catalog.publish(plan, gives, migrates=migrates)
        if migrates:
            self.migrating[plan] = version, gives

    @precondition(lambda self: self.migrating)
    @rule()
    def the_queue_delivers(self) -> None:
        while deliver_messages(migration_queue()):
            pass
        for plan, (version, gives) in self.migrating.items():
            for owned in self.model.owned.values():
                owned.migrate(plan, version, gives)
        self.migrating.clear()
        self.model.refresh()


def _key_of(record: Record) -> str | None:
    """The key of an event; None for a counter."""
    image = from_wire(record["dynamodb"]["NewImage"])
    return str(image["SK"]) if keys.is_events(image["PK"]) else None
