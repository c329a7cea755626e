"""`make replay` on the real engine: its stream, its queue and its table."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from parity.activity.rules.changes import ChangeKind
from parity.activity.service.listing import ActivityFilter, list_activity
from parity.activity.service.stream import StreamStores, follow_records
from parity.activity.service.telling import TellingStores
from parity.activity.store.entries import EntryStore
from parity.aws.event_bus import Event, EventBus
from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.service.changes import CustomerToChange, archive_customer
from parity.customers.store.customers import CustomerStore
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import EntitlementStore
from parity.entitlements.store.overrides import OverrideStore
from parity.metering.service.windows import WindowStores
from parity.metering.store.counters import CounterStore, freeze_counters
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.builders.moments import DAY
from tests.support.engines.processes import needs_engine
from tests.support.engines.tables import StreamedTable
from tests.support.fakes.event_sources import TrimmedStream
from tools.failed_batches import Record
from tools.replay import Replay, list_customer_ids, main

pytestmark = needs_engine


@dataclass
class Entitled:
    """What the replay said and recomputed, in a place."""

    place: StreamedTable
    said: list[str] = field(default_factory=list)
    recomputed: list[str] = field(default_factory=list)

    def replay(self) -> Replay:
        return Replay(self._recompute, self.said.append)

    def run(self) -> Replay:
        """What `make replay` does without arguments."""
        replay = self.replay()
        with self.place.failure_queue() as failures:
            replay.replay_batches(failures, self.place.streams)
        return replay

    def without_snapshot(self, *customer_ids: str) -> None:
        """As if their changes had been given up."""
        for customer_id in customer_ids:
            self.place.table.delete({"PK": f"CUSTOMER#{customer_id}", "SK": "ENTITLEMENTS"})

    def has_snapshot(self, customer_id: str) -> bool:
        return (
            EntitlementStore(self.place.table).read_for_check(customer_id, consistent=True).snapshot
            is not None
        )

    def _recompute(self, customer_id: str, _: Sequence[Record]) -> bool:
        self.recomputed.append(customer_id)
        return recompute(EntitlementStore(self.place.table), customer_id, now()).changed


@pytest.fixture
def entitled(place: StreamedTable) -> Entitled:
    return Entitled(place)


def test_recomputes_the_customers_of_a_failed_batch_and_no_others(
    place: StreamedTable, entitled: Entitled
) -> None:
    place.create_customers("acme", "zeta", "nimbus")
    entitled.without_snapshot("acme", "zeta", "nimbus")
    of_zeta = [number for key, number in place.read_records() if key == "CUSTOMER#zeta"]
    place.fail_batch(of_zeta[0], of_zeta[-2])
    replay = entitled.run()
    assert replay.failed == 0
    assert "zeta" in entitled.recomputed
    assert "nimbus" not in entitled.recomputed
    assert entitled.has_snapshot("zeta")
    assert not entitled.has_snapshot("nimbus")
    assert place.count_messages() == 0


def test_a_batch_with_a_customer_who_fails_stays_in_the_queue(
    place: StreamedTable, entitled: Entitled
) -> None:
    place.create_customers("acme", "zeta")
    numbers = [number for _, number in place.read_records()]
    place.fail_batch(numbers[0], numbers[-1])

    def fail_for_acme(customer_id: str, _: Sequence[Record]) -> bool:
        if customer_id == "acme":
            raise RuntimeError("poison")
        return True

    replay = Replay(fail_for_acme, entitled.said.append)
    with place.failure_queue() as failures:
        replay.replay_batches(failures, place.streams)
    assert replay.failed == 1
    assert entitled.said[:2] == ["acme: RuntimeError: poison", "2 customers recomputed, 1 changed, 1 failed."]
    assert place.count_messages() == 1


class SilentBus:
    def publish(self, events: Iterable[Event]) -> None:
        assert [event.type for event in events] == ["customer.created"]


def test_tells_of_the_changes_in_a_failed_batch_once(place: StreamedTable, entitled: Entitled) -> None:
    place.create_customers("acme")
    entries, customers = EntryStore(place.table), CustomerStore(place.table)
    bus = cast("EventBus", SilentBus())
    telling = TellingStores(entries, customers, OverrideStore(place.table), bus, "org-1", DAY)
    windows = WindowStores(EntitlementStore(place.table), CounterStore(place.table))
    stores = StreamStores(windows, telling)
    for _ in range(2):
        place.fail_batch_of_all()
        replay = Replay(
            lambda each, records: follow_records(stores, each, records, now()), entitled.said.append
        )
        with place.failure_queue() as failures:
            replay.replay_batches(failures, place.streams)
        assert (replay.failed, place.count_messages()) == (0, 0)
        page = list_activity(customers, entries, "acme", ActivityFilter(), PageRequest(10))
        assert [entry.kind for entry in page.rows] == [ChangeKind.CUSTOMER_CREATED]


def test_says_what_to_do_when_the_records_are_gone(place: StreamedTable, entitled: Entitled) -> None:
    place.fail_batch("1", "2")
    place.streams = TrimmedStream()
    replay = entitled.run()
    assert replay.failed == 1
    assert "24 hours" in entitled.said[0]
    assert "ARGS=--all" in entitled.said[0]
    assert place.count_messages() == 1


@pytest.mark.parametrize("body", [{}, {"DDBStreamBatchInfo": {}}, []])
def test_a_message_of_something_else_stays(place: StreamedTable, entitled: Entitled, body: Any) -> None:  # noqa: ANN401
    place.send_message(body)
    assert entitled.run().failed == 1
    assert place.count_messages() == 1


def test_recomputing_all_customers_covers_what_the_queue_named(
    place: StreamedTable, entitled: Entitled
) -> None:
    place.create_customers("acme", "zeta")
    store, subscriptions = CustomerStore(place.table), SubscriptionStore(place.table)
    archive_customer(store, subscriptions, CustomerToChange("zeta"), now(), freeze_counters)
    entitled.without_snapshot("acme", "zeta")
    place.fail_batch("1", "2")
    replay = entitled.replay()
    with place.failure_queue() as failures:
        replay.recompute_all(failures, list_customer_ids(store))
    assert sorted(entitled.recomputed) == ["acme", "zeta"]
    assert entitled.has_snapshot("acme")
    assert entitled.has_snapshot("zeta")
    assert place.count_messages() == 0


def test_the_queue_is_kept_when_not_everybody_could_be_recomputed(
    place: StreamedTable, entitled: Entitled
) -> None:
    place.fail_batch("1", "2")

    def fail(*_: object) -> bool:
        raise RuntimeError

    replay = Replay(fail, entitled.said.append)
    with place.failure_queue() as failures:
        replay.recompute_all(failures, ["acme"])
    assert replay.failed == 1
    assert place.count_messages() == 1


def test_named_customers_need_no_queue(place: StreamedTable, entitled: Entitled) -> None:
    place.create_customers("acme")
    entitled.without_snapshot("acme")
    assert entitled.replay().recompute_customers(["acme"])
    assert entitled.said == ["1 customers recomputed, 1 changed, 0 failed."]
    assert entitled.has_snapshot("acme")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--from", "2026-11-01"], "--from needs --customer or --all"),
        (["--customer", "acme", "--to", "2026-11-01"], "--to needs --from"),
        (["--all", "--from", "yesterday"], "'yesterday' is no date such as 2026-11-01"),
    ],
    ids=["nobody", "no start", "no date"],
)
def test_days_are_asked_for_with_customers_and_a_start(
    arguments: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["replay", "--stack", "parity-dev", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert reason in capsys.readouterr().err
