"""Customers are counted exactly, in many items, however many are created at once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from parity.core.times import now
from parity.customers.rules.customers import Customer, CustomerDraft, CustomerStatus
from parity.customers.service.changes import create_customer
from parity.customers.store import keys
from parity.customers.store.customer_counts import add_to_counts, read_counts
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import Transaction
from tests.support.fakes.dynamodb.simulation import Simulation
from tests.support.fakes.dynamodb.table import DynamoDouble

AT_ONCE = 1000
ACTIVE = CustomerStatus.ACTIVE


def create_as_new_process(double_table: Table, number: int) -> Customer:
    draft = CustomerDraft(name=f"Institute of {chr(97 + number % 26)}{number}")
    return create_customer(CustomerStore(double_table), draft, now(), lambda _: None)


def add_one(double_table: Table) -> None:
    transaction = Transaction(double_table)
    add_to_counts(transaction, {ACTIVE: 1})
    transaction.commit()


@pytest.mark.slow
def test_a_thousand_new_processes_create_a_customer_each_at_once(
    double: DynamoDouble, double_table: Table, simulation: Simulation
) -> None:
    creates = [partial(create_as_new_process, double_table, number) for number in range(AT_ONCE)]
    outcomes = simulation.run({0.0: list(creates)})
    assert Counter(map(type, outcomes)) == {Customer: AT_ONCE}
    assert read_counts(double_table).by_status[ACTIVE] == AT_ONCE
    assert double.admission.collisions > 0


def test_of_many_counts_at_once_none_is_lost(
    double: DynamoDouble, double_table: Table, simulation: Simulation
) -> None:
    outcomes = simulation.run({0.0: [partial(add_one, double_table)] * 300})
    assert outcomes == [None] * 300
    assert read_counts(double_table).by_status[ACTIVE] == 300
    assert double.admission.collisions > 0


def test_counts_are_spread_over_partitions(double: DynamoDouble, double_table: Table) -> None:
    for _ in range(60):
        add_one(double_table)
    partitions = {partition for _, partition in double.admission.writes._in_second}
    assert partitions == set(map(keys.customer_counts, range(keys.COUNT_PARTITIONS)))


def test_what_an_earlier_release_counted_counts(double: DynamoDouble, double_table: Table) -> None:
    """It had one partition of sixteen items."""
    for shard in range(16):
        place = {"PK": {"S": "COUNTS#CUSTOMERS"}, "SK": {"S": f"SHARD#{shard:02}"}}
        double.storage.put({**place, "active": {"N": "100"}, "archived": {"N": "1"}})
    double.storage.put({"PK": {"S": "COUNTS#CUSTOMERS"}, "SK": {"S": "MONTH#2026-03"}})
    add_one(double_table)
    counts = read_counts(double_table)
    assert counts.by_status == {ACTIVE: 1601, CustomerStatus.ARCHIVED: 16}
    assert counts.earlier_months == ["2026-03"]


def test_an_archived_customer_moves_from_one_count_to_the_other(double_table: Table) -> None:
    add_one(double_table)
    transaction = Transaction(double_table)
    add_to_counts(transaction, {ACTIVE: -1, CustomerStatus.ARCHIVED: 1})
    transaction.commit()
    assert read_counts(double_table).by_status == {ACTIVE: 0, CustomerStatus.ARCHIVED: 1}
