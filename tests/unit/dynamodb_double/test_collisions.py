"""Transactions that overlap cancel each other, and plain writes among them are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.fakes.dynamodb.errors import RefusedError
from tests.support.fakes.dynamodb.simulation import Simulation
from tests.support.fakes.dynamodb.table import DynamoDouble

KEY = {"PK": {"S": "counts"}, "SK": {"S": "0"}}
OTHER = {"PK": {"S": "counts"}, "SK": {"S": "1"}}
ADD = {
    "UpdateExpression": "ADD amount :one",
    "ExpressionAttributeValues": {":one": {"N": "1"}},
}


def add_in_transaction(double: DynamoDouble, *keys: Any, token: str | None = None) -> Any:  # noqa: ANN401
    parts = [{"Update": {"Key": key, **ADD}} for key in keys]
    return double.handle("TransactWriteItems", {"TransactItems": parts, "ClientRequestToken": token})


def add_alone(double: DynamoDouble) -> Any:  # noqa: ANN401
    return double.handle("UpdateItem", {"Key": KEY, **ADD})


def read_amount(double: DynamoDouble, key: Any = KEY) -> int:  # noqa: ANN401
    item = double.handle("GetItem", {"Key": key}).get("Item", {"amount": {"N": "0"}})
    return int(item["amount"]["N"])


def run_at_once(simulation: Simulation, *works: Callable[[], object]) -> list[str]:
    """The reasons of refusals, or `done`, in the order of the works."""
    return [_describe(outcome) for outcome in simulation.run({0.0: list(works)})]


def _describe(outcome: object) -> str:
    if isinstance(outcome, RefusedError):
        reasons: Any = outcome.details.get("CancellationReasons") or [{"Code": outcome.code}]
        return ",".join(reason["Code"] for reason in reasons)
    assert isinstance(outcome, dict), outcome
    return "done"


def test_of_transactions_at_once_on_one_item_one_is_committed(
    double: DynamoDouble, simulation: Simulation
) -> None:
    outcomes = run_at_once(simulation, *[partial(add_in_transaction, double, KEY)] * 20)
    assert Counter(outcomes) == {"done": 1, "TransactionConflict": 19}
    assert read_amount(double) == 1
    assert double.admission.collisions == 19


def test_a_transaction_that_shares_one_item_is_cancelled_as_a_whole(
    double: DynamoDouble, simulation: Simulation
) -> None:
    works = [partial(add_in_transaction, double, KEY), partial(add_in_transaction, double, OTHER, KEY)]
    assert run_at_once(simulation, *works) == ["done", "None,TransactionConflict"]
    assert read_amount(double, OTHER) == 0


def test_transactions_on_other_items_do_not_collide(double: DynamoDouble, simulation: Simulation) -> None:
    works = [partial(add_in_transaction, double, key) for key in (KEY, OTHER)]
    assert run_at_once(simulation, *works) == ["done", "done"]


def test_a_condition_check_keeps_its_item_from_others(double: DynamoDouble, simulation: Simulation) -> None:
    check = {"ConditionCheck": {"Key": KEY, "ConditionExpression": "attribute_not_exists(PK)"}}
    request = {"TransactItems": [check]}
    works = [partial(double.handle, "TransactWriteItems", request), partial(add_alone, double)]
    assert run_at_once(simulation, *works) == ["done", "TransactionConflictException"]


def test_a_plain_write_during_a_transaction_is_refused(double: DynamoDouble, simulation: Simulation) -> None:
    works = [partial(add_in_transaction, double, KEY), partial(add_alone, double)]
    assert run_at_once(simulation, *works) == ["done", "TransactionConflictException"]


def test_plain_writes_at_once_are_all_carried_out(double: DynamoDouble, simulation: Simulation) -> None:
    assert run_at_once(simulation, *[partial(add_alone, double)] * 20) == ["done"] * 20
    assert read_amount(double) == 20


def test_a_read_during_a_transaction_finds_the_item_as_it_was(
    double: DynamoDouble, simulation: Simulation
) -> None:
    add_alone(double)
    works: list[Callable[[], object]] = [
        partial(add_in_transaction, double, KEY),
        partial(read_amount, double),
    ]
    assert simulation.run({0.0: works})[1] == 1
    assert read_amount(double) == 2


def test_a_transactional_read_during_a_transaction_is_cancelled(
    double: DynamoDouble, simulation: Simulation
) -> None:
    request = {"TransactItems": [{"Get": {"Key": KEY}}]}
    works = [partial(add_in_transaction, double, KEY), partial(double.handle, "TransactGetItems", request)]
    assert run_at_once(simulation, *works) == ["done", "TransactionConflict"]


def test_a_transaction_with_the_same_token_has_one_effect(
    double: DynamoDouble, simulation: Simulation
) -> None:
    add = partial(add_in_transaction, double, KEY, token="token")
    assert run_at_once(simulation, add, add) == ["done", "TransactionInProgressException"]
    add()
    assert read_amount(double) == 1
    with pytest.raises(RefusedError, match="another request"):
        add_in_transaction(double, OTHER, token="token")


def test_a_cancelled_transaction_may_come_again_with_its_token(
    double: DynamoDouble, simulation: Simulation
) -> None:
    add = partial(add_in_transaction, double, KEY, token="token")
    assert run_at_once(simulation, partial(add_in_transaction, double, KEY), add)[1] == "TransactionConflict"
    add()
    assert read_amount(double) == 2


def test_a_failed_condition_names_the_item_if_it_is_asked_for(double: DynamoDouble) -> None:
    add_alone(double)
    put = {
        "Item": KEY,
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(RefusedError) as refused:
        double.handle("TransactWriteItems", {"TransactItems": [{"Put": put}]})
    reasons: Any = refused.value.details["CancellationReasons"]
    (reason,) = reasons
    assert reason["Code"] == "ConditionalCheckFailed"
    assert reason["Item"] == {**KEY, "amount": {"N": "1"}}
