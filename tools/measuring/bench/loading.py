"""Fills a table double with customers and subscriptions, as the real code writes them.

The real code creates a sample of customers, each with a subscription, over the last year. The others are
copies of these with identifiers of their own. So names repeat, and a word is as common as in the sample. A
copy is in the partitions of the `listing` and `due` indexes that its original is in.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.changes import create_customer
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from tests.support.builders.catalog import sell_plan, store_metered_feature
from tests.support.builders.counters import make_sample_entitlements
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.dynamodb.storage import Row, Storage
from tools.measuring.units import ROOT
from tools.measuring.usage import METER, create_counted_feature

SAMPLE = 1000
PLAN, METERED, METERS = "pro", "metered-feature-0", 2
COUNTED = "acme"
"""The customer whose events are counted."""

RARE = "quixotic"
"""A word that one customer has in its name."""

YEAR = timedelta(days=360)
UUID = re.compile(r"\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
"""The first part of an id, which a copy has another of."""

NUMBER = re.compile(r"\bc0000(\d{6})\b")
"""The identifier of a customer of the sample. A copy has its generation in place of the zeros."""


def load_sample(size: int) -> None:
    """The first customers, by the real code, over the months of a year; the newest is last."""
    for number in range(METERS):
        store_metered_feature(f"metered-feature-{2 * number}")
    create_counted_feature("tokens", METER)
    sell_plan(PLAN, gives=make_sample_entitlements(2 * METERS))
    for customer_id, name in {COUNTED: "Acme", RARE: f"{RARE.title()} Laboratory"}.items():
        draft = CustomerDraft(name=name, customer_id=customer_id)
        create_customer(customer_store(), draft, now() - YEAR, lambda _: None)
    first = now() - YEAR
    for number, (name, email) in enumerate(islice(_read_institutions(), size)):
        _create(number, name, email, first + YEAR * number / size)


def sample_id(number: int) -> str:
    """The identifier of a customer of the sample."""
    return f"c0000{number:06}"


def _create(number: int, name: str, email: str, moment: datetime) -> None:
    draft = CustomerDraft(name=name, email=email, customer_id=sample_id(number))
    create_customer(customer_store(), draft, moment, lambda _: None)
    subscribe_at(moment, PLAN, customer_id=sample_id(number))


def read_sample(storage: Storage) -> list[list[Row]]:
    """The rows of each customer of the sample; those that are of no customer are left out."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in storage.rows():
        owner = NUMBER.search(row[-1] or "")
        if owner:
            found[owner.group()].append(row)
    return list(found.values())


def add_copies(storage: Storage, sample: list[list[Row]], start: int, end: int) -> None:
    """Copies of the sample, in its order, so that there are `end` customers where there were `start`."""
    storage.load_rows(_copies(sample, start, end))
    added = {"active": {"N": str(end - len(sample))}, "archived": {"N": "0"}}
    place = {name: {"S": value} for name, value in keys.customer_count_shard(1, keys.COUNT_SHARDS).items()}
    storage.put({**place, **added})


def _copies(sample: list[list[Row]], start: int, end: int) -> Iterator[Row]:
    for number in range(start, end):
        generation, original = divmod(number, len(sample))
        yield from _copy(sample[original], generation)


def _copy(rows: Iterable[Row], generation: int) -> Iterator[Row]:
    """The rows as one text, with other ids in all places."""
    text = "\x1e".join("\x1f".join(value or "" for value in row) for row in rows)
    text = UUID.sub(f"{generation:08x}", NUMBER.sub(rf"c{generation:04}\1", text))
    for row in text.split("\x1e"):
        yield tuple(value or None for value in row.split("\x1f"))


def _read_institutions() -> Iterator[tuple[str, str]]:
    with (ROOT / "local/seed/demo/universities.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["name"], row["email"]
