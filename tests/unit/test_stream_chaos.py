"""Whatever happens between a change and its recomputation, the snapshot ends as a full recompute has it.

1,000 seeds of customers who change while their records are delivered twice, in another order, in other
batches, next to records that nobody can read, by consumers that die between reading and saving, or overtake
each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from threading import Semaphore
from typing import Any

import pytest

from parity.aws.stream_batches import process_customers
from parity.core.errors import BusyError
from parity.customers.rules import customers
from parity.customers.rules.customers import CustomerDraft, new_customer
from parity.dynamodb import keys
from parity.entitlements.api.stream import find_changed_customers
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import Snapshot, SourceKind
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import EntitlementStore, Holdings
from parity.entitlements.store.snapshots import snapshot_from_item, snapshot_to_item
from parity.subscriptions.rules import changes
from parity.subscriptions.rules.subscriptions import advance_subscription
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import START
from tests.support.builders.strategies import FEATURES, OFFERS

CHUNK = 100
CUSTOMERS = ("acme", "zeta", "nimbus")
CHANGES = 16
MAX_DEPTH = 3
RETRIES = 5

Record = dict[str, Any]
Deed = Callable[[Holdings, Random, datetime], None]


class KilledError(BaseException):
    """The consumer's process ends: nothing in it gets to handle that."""


class FakeEntitlements(EntitlementStore):
    """What the store keeps, in memory. `pause` is called wherever others get a turn in the meantime."""

    def __init__(self, pause: Callable[[str], None]) -> None:
        self.held: dict[str, Holdings] = {}
        self.pause = pause

    def holdings(self, customer_id: str) -> Holdings:
        """As the Query: the snapshot sorts first, and what is read after it may be newer."""
        snapshot = self.held[customer_id].snapshot
        self.pause(customer_id)
        held = self.held[customer_id]
        return Holdings(held.customer, [*held.subscriptions], [*held.overrides], snapshot)

    def save(self, customer_id: str, snapshot: Snapshot) -> bool:
        self.pause(customer_id)
        if snapshot.revision != _revision(self.held[customer_id]) + 1:
            return False
        self.held[customer_id].snapshot = snapshot_from_item(snapshot_to_item(customer_id, snapshot))
        return True


def _revision(held: Holdings) -> int:
    return held.snapshot.revision if held.snapshot else 0


def full(held: Holdings) -> Snapshot:
    """What a recompute from nothing makes of what is held."""
    assert held.customer is not None
    archived = held.customer.is_archived
    fresh = snapshot_of(held.subscriptions, held.overrides, archived=archived)
    return replace(fresh, revision=_revision(held))


def _subscribe(held: Holdings, random: Random, now: datetime) -> None:
    new = changes.start_subscription(
        random.choice(OFFERS),
        changes.Start(
            id=f"sub-{len(held.subscriptions)}",
            customer_id="anyone",
            date=now + timedelta(days=random.choice((0, 0, 3))),
            awaits_payment=random.random() < 0.2,
        ),
        now,
    )
    held.subscriptions.append(new)


def _change(held: Holdings, random: Random, now: datetime) -> None:
    """A subscription gets other terms, is canceled on a date, or just meets the scheduler."""
    for number, old in enumerate(held.subscriptions):
        new = advance_subscription(old, now)
        if new.is_live and random.random() < 0.5:
            new = changes.change_terms(new, random.choice(OFFERS), now)
        elif new.is_live:
            new = changes.apply_cancellation(new, now + timedelta(days=random.randrange(1, 40)), now, {})
        held.subscriptions[number] = new


def _cancel_now(held: Holdings, random: Random, now: datetime) -> None:
    """Takes away at once: the snapshot is part of the transaction."""
    for number, old in enumerate(held.subscriptions):
        if old.is_live:
            held.subscriptions[number] = changes.apply_cancellation(old, None, now, {})
            held.snapshot = replace(full(held), revision=_revision(held) + 1)
            return


def _set_override(held: Holdings, random: Random, now: datetime) -> None:
    """An override or a grant is set in place of the one before."""
    kind, feature = random.choice((SourceKind.OVERRIDE, SourceKind.GRANT)), random.choice(sorted(FEATURES))
    held.overrides = [each for each in held.overrides if (each.kind, each.feature) != (kind, feature)]
    new = make_override(kind, feature, random.randrange(50), FEATURES[feature], created_on=now)
    held.overrides.append(new)


def _remove_overrides(held: Holdings, random: Random, now: datetime) -> None:
    held.overrides.clear()


def _archive(held: Holdings, random: Random, now: datetime) -> None:
    """Empties the snapshot in the same transaction; or brings the customer back, without a snapshot yet."""
    assert held.customer is not None
    if held.customer.is_archived:
        held.customer = customers.unarchive_customer(held.customer, now)
    else:
        held.customer = customers.archive_customer(held.customer, now)
        held.snapshot = Snapshot(archived=True, subscribed=(), features={}, revision=_revision(held) + 1)


BACK_AND_FORTH = (_set_override, _remove_overrides)
"""Changes that the next one takes back are the hardest: what was read in between looks as if nothing was."""

DEEDS: tuple[Deed, ...] = (_subscribe, _change, _cancel_now, _archive, *BACK_AND_FORTH * 3)


def _changed(customer_id: str) -> dict[str, Any]:
    return {"Keys": {"PK": {"S": keys.customer(customer_id)["PK"]}}}


class World:
    """Customers who change, the stream of that, and consumers out of luck."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = START
        self.trouble = True
        self.depth = 0
        self.changes_left = CHANGES
        self.records = 0
        self.waiting: list[Record] = []
        self.set_aside: list[Record] = []
        self.slow: dict[str, Iterator[str]] = {}
        self.store = FakeEntitlements(self._meanwhile)
        for customer_id in CUSTOMERS:
            draft = CustomerDraft(name=customer_id)
            self.store.held[customer_id] = Holdings(
                new_customer(draft, id=customer_id, customer_id=customer_id, now=START)
            )
            self._tell(_changed(customer_id))

    def _tell(self, change: dict[str, Any]) -> None:
        self.records += 1
        self.waiting.append({"dynamodb": {**change, "SequenceNumber": str(self.records)}})

    def change(self, customer_id: str) -> None:
        """One write to the customer's partition, and its record; now and then one that nobody can read."""
        self.changes_left -= 1
        self.now += timedelta(hours=self.random.randrange(200))
        self.random.choice(DEEDS)(self.store.held[customer_id], self.random, self.now)
        self._tell(_changed(customer_id))
        if self.random.random() < 0.05:
            self._tell({})

    def _meanwhile(self, customer_id: str) -> None:
        """What happens to a consumer, and to its customer, between two of its requests."""
        for _ in range(self.random.randrange(4) if self.trouble else 0):
            self._happen(customer_id)

    def _happen(self, customer_id: str) -> None:
        fate = self.random.random()
        if fate < 0.05:
            raise KilledError
        if fate < 0.1:
            raise BusyError
        if fate < 0.25 and self.changes_left > 0:
            self.change(customer_id)
        elif fate < 0.5:
            self._go_on(customer_id)
        elif fate < 0.65 and self.depth < MAX_DEPTH:
            self.depth += 1
            self.deliver()
            self.depth -= 1

    def _go_on(self, customer_id: str) -> None:
        """A slow consumer of the same customer does its next request, or a new one its first."""
        if customer_id not in self.slow:
            self.slow[customer_id] = self._slow_consumer(customer_id)
        if next(self.slow[customer_id], None) is None:
            del self.slow[customer_id]

    def _slow_consumer(self, customer_id: str) -> Iterator[str]:
        """A recompute that stops before each of its requests."""
        go, stopped = Semaphore(0), Semaphore(0)

        def stop(_: str) -> None:
            stopped.release()
            go.acquire()

        store = FakeEntitlements(stop)
        store.held = self.store.held
        with ThreadPoolExecutor(1) as worker:
            running = worker.submit(recompute, store, customer_id)
            running.add_done_callback(lambda _: stopped.release())
            stopped.acquire()
            try:
                while not running.done():
                    yield customer_id
                    go.release()
                    stopped.acquire()
            finally:  # a failed test must not wait for it
                go.release(100)
        if running.exception():
            self._tell(_changed(customer_id))

    def _invoke(self, batch: list[Record]) -> list[Record]:
        """What Lambda delivers again: all of the batch after a crash, else from the reported record on."""
        try:
            customers = find_changed_customers(batch)
            answer = process_customers("recompute", customers, lambda each: recompute(self.store, each))
        except (KilledError, KeyError):
            return batch
        for failure in answer["batchItemFailures"]:
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            return batch[numbers.index(failure["itemIdentifier"]) :]
        return []

    def deliver(self) -> None:
        """A batch of some records in any order, a few of them a second time."""
        self.random.shuffle(self.waiting)
        size = self.random.randrange(1, 8)
        batch, self.waiting = self.waiting[:size], self.waiting[size:]
        batch += [record for record in batch if self.random.random() < 0.2]
        self._attempt(batch, RETRIES)

    def let_slow_ones_end(self) -> None:
        """Once there is nothing else to do."""
        while self.slow and not self.waiting and self.changes_left <= 0:
            self._go_on(next(iter(self.slow)))

    def _attempt(self, batch: list[Record], retries: int) -> None:
        """What fails comes again in two halves, and is set aside in the end."""
        failed = self._invoke(batch)
        if failed and not retries:
            self.set_aside += failed
        elif failed:
            middle = len(failed) // 2
            for half in filter(None, (failed[:middle], failed[middle:])):
                self._attempt(half, retries - 1)

    def replay(self) -> list[Record]:
        """Delivers what was set aside once more, each alone; returns what still fails."""
        self.trouble = False
        return [record for record in self.set_aside if self._invoke([record])]


def lived(seed: int) -> Iterator[tuple[str, Holdings]]:
    """All customers after all changes, each of which was delivered at least once."""
    world = World(seed)
    while world.changes_left > 0 or world.waiting or world.slow:
        if world.changes_left > 0 and world.random.random() < 0.5:
            world.change(world.random.choice(CUSTOMERS))
        world.deliver()
        world.let_slow_ones_end()
    assert all("Keys" not in record["dynamodb"] for record in world.replay())
    yield from world.store.held.items()


@pytest.mark.parametrize("first", range(0, 1000, CHUNK))
def test_the_snapshot_ends_as_a_full_recompute_has_it(first: int) -> None:
    for seed in range(first, first + CHUNK):
        for customer_id, held in lived(seed):
            assert held.snapshot == full(held), f"seed {seed}, {customer_id}"


def test_a_change_that_is_taken_back_while_its_consumer_writes_is_not_kept() -> None:
    """Everybody else finds a snapshot that is right and writes nothing, so no revision gives it away."""

    def meanwhile(customer_id: str) -> None:
        before_its_save = next(pauses) == 2
        if before_its_save:
            held.overrides.clear()
            assert not recompute(others, customer_id).changed

    pauses = count(1)
    slow, others = FakeEntitlements(meanwhile), FakeEntitlements(lambda _: None)
    slow.held = others.held
    held = others.held["acme"] = Holdings(
        new_customer(CustomerDraft(name="Acme"), id="1", customer_id="acme", now=START)
    )
    recompute(others, "acme")
    held.overrides.append(make_override())
    recompute(slow, "acme")
    assert held.snapshot == full(held)
    assert held.snapshot.features == {}
