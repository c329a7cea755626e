"""Recorded operations are repeated with DynamoDB's limits and collisions."""

from __future__ import annotations

from collections import Counter

from parity.dynamodb.transactions import MAX_ATTEMPTS
from tools.measuring.load.recording import Operation, Step
from tools.measuring.load.replaying import keep_common, replay

HOT = ("listing", "month")
RATE, SECONDS = 1000, 5


def make_operation(number: int, *, units: int = 1, shared_items: int = 1000) -> Operation:
    """A transaction with a customer of its own, one item that others write, too, and a place in an index."""
    own, shared = (f"customer {number}", "profile"), ("counts", str(number % shared_items))
    writes = Counter({HOT: units, ("", own[0]): 5000})
    return [Step("TransactWriteItems", writes=writes, keys=[own, shared])]


def make_operations(number: int = 100, **options: int) -> list[Operation]:
    return [make_operation(each, **options) for each in range(number)]


def test_what_one_operation_has_for_itself_is_left_out() -> None:
    kept = keep_common(make_operations(4, shared_items=2))
    assert [step.keys for (step,) in kept] == [[("counts", "0")], [("counts", "1")]] * 2
    assert [step.writes for (step,) in kept] == [Counter({HOT: 1})] * 4


def test_what_an_operation_does_twice_is_not_common() -> None:
    twice = [Step("PutItem", keys=[("a", "a")]), Step("PutItem", keys=[("a", "a")])]
    assert keep_common([twice, make_operation(1)])[0] == []


def test_at_a_rate_that_every_partition_bears_nothing_is_refused() -> None:
    outcome = replay(make_operations(units=1), RATE - 100, SECONDS)
    assert (outcome.operations, outcome.given_up, outcome.throttled) == (4500, 0, 0)
    (partition, units), *_ = outcome.writes.busiest(1)
    assert partition == HOT
    assert 800 < units <= 1000


def test_a_partition_of_which_too_much_is_asked_refuses_some() -> None:
    outcome = replay(make_operations(units=3), RATE, SECONDS)
    assert outcome.given_up > RATE
    assert set(outcome.writes.refused) == {HOT}


def test_a_request_by_itself_is_tried_again_as_the_client_does() -> None:
    operations = [[Step("PutItem", writes=Counter({HOT: 3}))]] * 100
    outcome = replay(operations, RATE, SECONDS)
    assert outcome.given_up > 0
    assert outcome.throttled <= outcome.operations * 3


def test_entries_that_are_given_up_are_left_to_the_stream_function() -> None:
    operations = [[Step("BatchWriteItem", writes=Counter({HOT: 3}))]] * 100
    outcome = replay(operations, RATE, SECONDS)
    assert outcome.given_up == 0
    assert outcome.left_over > 0


def test_collisions_are_tried_again() -> None:
    outcome = replay(make_operations(shared_items=50), RATE - 100, SECONDS)
    assert outcome.collisions > 100
    assert outcome.given_up == 0


def test_an_item_that_all_write_is_too_much_for_the_attempts() -> None:
    outcome = replay(make_operations(shared_items=1), RATE - 100, SECONDS)
    assert 0 < outcome.given_up < outcome.operations
    assert outcome.collisions >= outcome.given_up * MAX_ATTEMPTS


def test_the_same_seed_gives_the_same_outcome() -> None:
    operations = make_operations(shared_items=20)
    first, second = (replay(operations, RATE, 2, seed=3) for _ in range(2))
    assert (first.collisions, first.given_up) == (second.collisions, second.given_up)
    assert first.collisions != replay(operations, RATE, 2, seed=4).collisions
