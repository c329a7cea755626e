"""Customers who change, the stream of their changes, and consumers that die or overtake each other.

A seed decides all of it. Records are delivered twice, in another order, in other batches, and next to records
that nobody can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import Semaphore
from typing import Any

from parity.aws.stream_batches import process_customers
from parity.core.errors import BusyError
from parity.customers.rules import customers
from parity.customers.rules.customers import CustomerDraft, new_customer
from parity.customers.store import keys
from parity.dynamodb.stream_records import first_numbers, group_by_customer
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import Snapshot, SourceKind
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import EntitlementStore, Holdings
from parity.entitlements.store.snapshots import snapshot_from_item, snapshot_to_item
from parity.subscriptions.rules import cancellations, changes
from parity.subscriptions.rules.subscriptions import LIVE, SubscriptionStatus, advance_subscription
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import START
from tests.support.builders.strategies import FEATURES, OFFERS

CUSTOMERS = ("acme", "zeta", "nimbus")
CHANGES_PER_SEED = 16
MAX_DEPTH = 3
RETRIES = 5

Record = dict[str, Any]
Change = Callable[[Holdings, Random, datetime], None]


class KilledError(BaseException):
    """The process of the consumer ends. Nothing in it can handle that."""


class FakeEntitlements(EntitlementStore):
    """The store, in memory. It calls `pause` before each point at which others may read or write."""

    def __init__(self, pause: Callable[[str], None]) -> None:
        self.held: dict[str, Holdings] = {}
        self.pause = pause

    def holdings(self, customer_id: str) -> Holdings:
        """The Query reads the snapshot first. What it reads after that may be newer."""
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


def without_history(snapshot: Snapshot | None) -> Snapshot | None:
    """The snapshot without sources that have ended, and without the moments at which the others began.

    Of an archived customer, all that the snapshot has is history.
    """
    if snapshot is None:
        return None
    if snapshot.archived:
        return replace(snapshot, subscribed=(), features={})
    features = {
        name: replace(feature, sources=sources)
        for name, feature in snapshot.features.items()
        if (
            sources := tuple(
                replace(each, valid_from=START) for each in feature.sources if not each.valid_until
            )
        )
    }
    return replace(snapshot, features=features)


def compute_from_nothing(held: Holdings) -> Snapshot:
    """The snapshot as a recompute writes it that starts from nothing."""
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
    """Each subscription gets other terms, is canceled on a date, or is only advanced."""
    for number, old in enumerate(held.subscriptions):
        new = advance_subscription(old, now)
        if new.status in LIVE - {SubscriptionStatus.INCOMPLETE} and random.random() < 0.5:
            new = changes.change_terms(new, random.choice(OFFERS), now)
        elif new.is_live:
            new = cancellations.apply_cancellation(
                new, now + timedelta(days=random.randrange(1, 40)), now, {}
            )
        held.subscriptions[number] = new


def _cancel_now(held: Holdings, random: Random, now: datetime) -> None:
    """Access ends at once: the snapshot is part of the transaction."""
    for number, old in enumerate(held.subscriptions):
        if old.is_live:
            held.subscriptions[number] = cancellations.apply_cancellation(old, None, now, {})
            held.snapshot = replace(compute_from_nothing(held), revision=_revision(held) + 1)
            return


def _set_override(held: Holdings, random: Random, now: datetime) -> None:
    """An override or a grant replaces the one before."""
    kind, feature = random.choice((SourceKind.OVERRIDE, SourceKind.GRANT)), random.choice(sorted(FEATURES))
    held.overrides = [each for each in held.overrides if (each.kind, each.feature) != (kind, feature)]
    new = make_override(kind, feature, random.randrange(50), FEATURES[feature], created_on=now)
    held.overrides.append(new)


def _remove_overrides(held: Holdings, random: Random, now: datetime) -> None:
    held.overrides.clear()


def _archive(held: Holdings, random: Random, now: datetime) -> None:
    """Archives the customer and its snapshot, in one transaction. Or unarchives the customer."""
    assert held.customer is not None
    if held.customer.is_archived:
        held.customer = customers.unarchive_customer(held.customer, now)
    else:
        held.customer = customers.archive_customer(held.customer, now)
        before = held.snapshot or Snapshot(archived=False, subscribed=(), features={})
        held.snapshot = replace(before, archived=True, revision=_revision(held) + 1)


BACK_AND_FORTH = (_set_override, _remove_overrides)
"""The hardest changes: the next one undoes them, so what was read in between looks as if nothing happened."""

CHANGES_OF_A_CUSTOMER: tuple[Change, ...] = (_subscribe, _change, _cancel_now, _archive, *BACK_AND_FORTH * 3)


def _make_change(customer_id: str) -> dict[str, Any]:
    return {"Keys": {"PK": {"S": keys.customer(customer_id)["PK"]}}}


class ChaoticStream:
    """The stream of customers who change, and its consumers."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = START
        self.has_trouble = True
        self.depth = 0
        self.changes_left = CHANGES_PER_SEED
        self.records = 0
        self.undelivered: list[Record] = []
        self.failed: list[Record] = []
        self.slow_consumers: dict[str, Iterator[str]] = {}
        self.store = FakeEntitlements(self._interrupt)
        for customer_id in CUSTOMERS:
            draft = CustomerDraft(name=customer_id)
            self.store.held[customer_id] = Holdings(
                new_customer(draft, id=customer_id, customer_id=customer_id, now=START)
            )
            self._record(_make_change(customer_id))

    def _record(self, change: dict[str, Any]) -> None:
        self.records += 1
        self.undelivered.append({"dynamodb": {**change, "SequenceNumber": str(self.records)}})

    def change(self, customer_id: str) -> None:
        """Writes to the customer's partition. One change in 20 also has a record that nobody can read."""
        self.changes_left -= 1
        self.now += timedelta(hours=self.random.randrange(200))
        self.random.choice(CHANGES_OF_A_CUSTOMER)(self.store.held[customer_id], self.random, self.now)
        self._record(_make_change(customer_id))
        if self.random.random() < 0.05:
            self._record({})

    def _interrupt(self, customer_id: str) -> None:
        """Between two requests of a consumer, up to three things happen to it or to its customer."""
        for _ in range(self.random.randrange(4) if self.has_trouble else 0):
            self._draw_interruption(customer_id)

    def _draw_interruption(self, customer_id: str) -> None:
        fate = self.random.random()
        if fate < 0.05:
            raise KilledError
        if fate < 0.1:
            raise BusyError
        if fate < 0.25 and self.changes_left > 0:
            self.change(customer_id)
        elif fate < 0.5:
            self._continue_slow_consumer(customer_id)
        elif fate < 0.65 and self.depth < MAX_DEPTH:
            self.depth += 1
            self.deliver()
            self.depth -= 1

    def _continue_slow_consumer(self, customer_id: str) -> None:
        """A slow consumer of the same customer makes its next request, or a new one makes its first."""
        if customer_id not in self.slow_consumers:
            self.slow_consumers[customer_id] = self._slow_consumer(customer_id)
        if next(self.slow_consumers[customer_id], None) is None:
            del self.slow_consumers[customer_id]

    def _slow_consumer(self, customer_id: str) -> Iterator[str]:
        """A recompute that stops before each of its requests."""
        go, stopped = Semaphore(0), Semaphore(0)

        def stop(_: str) -> None:
            stopped.release()
            go.acquire()

        store = FakeEntitlements(stop)
        store.held = self.store.held
        with ThreadPoolExecutor(1) as worker:
            running = worker.submit(recompute, store, customer_id, self.now)
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
            self._record(_make_change(customer_id))

    def _invoke(self, batch: list[Record]) -> list[Record]:
        """What Lambda redelivers: the whole batch after a crash, else all from the reported record on."""
        try:
            customers = first_numbers(group_by_customer(batch))
            answer = process_customers(
                "recompute", customers, self._recompute, lambda each, _: self._record(_make_change(each))
            )
        except (KilledError, KeyError):
            return batch
        for failure in answer["batchItemFailures"]:
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            return batch[numbers.index(failure["itemIdentifier"]) :]
        return []

    def _recompute(self, customer_id: str) -> None:
        recompute(self.store, customer_id, self.now)

    def deliver(self) -> None:
        """Delivers up to seven records in any order, a fifth of them twice."""
        self.random.shuffle(self.undelivered)
        size = self.random.randrange(1, 8)
        batch, self.undelivered = self.undelivered[:size], self.undelivered[size:]
        batch += [record for record in batch if self.random.random() < 0.2]
        self._deliver_with_retries(batch, RETRIES)

    def finish_slow_consumers(self) -> None:
        """When nothing else is left to do."""
        while self.slow_consumers and not self.undelivered and self.changes_left <= 0:
            self._continue_slow_consumer(next(iter(self.slow_consumers)))

    def _deliver_with_retries(self, batch: list[Record], retries: int) -> None:
        """Redelivers a failed batch in two halves. After the last attempt its records are in `failed`."""
        failed = self._invoke(batch)
        if failed and not retries:
            self.failed += failed
        elif failed:
            middle = len(failed) // 2
            for half in filter(None, (failed[:middle], failed[middle:])):
                self._deliver_with_retries(half, retries - 1)

    def replay(self) -> list[Record]:
        """Delivers each failed record once more, alone; returns those that fail again."""
        self.has_trouble = False
        return [record for record in self.failed if self._invoke([record])]


def play_seed(seed: int) -> Iterator[tuple[str, Holdings]]:
    """All customers after all changes, once each change was delivered."""
    stream = ChaoticStream(seed)
    while stream.changes_left > 0 or stream.undelivered or stream.slow_consumers:
        if stream.changes_left > 0 and stream.random.random() < 0.5:
            stream.change(stream.random.choice(CUSTOMERS))
        stream.deliver()
        stream.finish_slow_consumers()
    assert all("Keys" not in record["dynamodb"] for record in stream.replay())
    yield from stream.store.held.items()
