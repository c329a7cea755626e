"""Random requests to a small table, one after the other, and what an engine answers to them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

Parameters = dict[str, Any]
Named = tuple[str, Parameters]
"""A method of the client and its arguments."""

PARTITIONS = ("CUSTOMER#a", "CUSTOMER#ä", "COUNTS")
SORT_KEYS = ("PROFILE", "SUBSCRIPTION#1", "SUBSCRIPTION#2", "SUBSCRIPTION#Ü", "~")
INDEXES = ("listing", "subscribers", "due")
WORDS = ("", "short", "Übung", "x" * 1500, "y" * 5000)
OLD = "ReturnValuesOnConditionCheckFailure"

CONDITIONS: tuple[tuple[str, Parameters], ...] = (
    ("attribute_not_exists(PK)", {}),
    ("attribute_exists(PK)", {}),
    ("amount = :n", {":n": {"N": "2"}}),
    ("attribute_not_exists(PK) OR amount < :n", {":n": {"N": "3"}}),
    ("NOT (amount BETWEEN :n AND :m)", {":n": {"N": "1"}, ":m": {"N": "2"}}),
)
UPDATES: tuple[tuple[str, Parameters], ...] = (
    ("SET word = :w ADD amount :one", {":w": {"S": "updated"}, ":one": {"N": "1"}}),
    ("ADD amount :one", {":one": {"N": "-1"}}),
    ("SET word = if_not_exists(word, :w) REMOVE flag", {":w": {"S": "z" * 2000}}),
    ("SET listingSK = :w, word = :w", {":w": {"S": "moved"}}),
    ("REMOVE listingPK, duePK", {}),
)
RANGES: tuple[tuple[str, Parameters], ...] = (
    ("", {}),
    (" AND begins_with({}, :from)", {":from": {"S": "SUB"}}),
    (" AND {} BETWEEN :from AND :to", {":from": {"S": "P"}, ":to": {"S": "SUBSCRIPTION#2"}}),
    (" AND {} > :from", {":from": {"S": "SUBSCRIPTION#1"}}),
    (" AND {} <= :from", {":from": {"S": "SUBSCRIPTION#2"}}),
)
FILTERS: tuple[tuple[str, Parameters], ...] = (
    ("amount > :few", {":few": {"N": "1"}}),
    ("contains(word, :part)", {":part": {"S": "Ü"}}),
)


class RandomRequests:
    """The same requests for the same seed. `name` is the table's."""

    def __init__(self, name: str, seed: int) -> None:
        self._name = name
        self._random = random.Random(seed)

    def draw(self, number: int) -> Iterator[Named]:
        makers = (
            self._put, self._put, self._update, self._update, self._delete, self._get,
            self._query, self._query, self._query_index, self._batch_get, self._transact, self._transact,
        )  # fmt: skip
        for _ in range(number):
            yield self._random.choice(makers)()

    def _put(self) -> Named:
        return "put_item", self._returning(self._conditional({"Item": self._item(self._key())}))

    def _update(self) -> Named:
        request = self._conditional({"Key": self._key()})
        returned = self._random.choice(("NONE", "ALL_OLD", "ALL_NEW"))
        return "update_item", {
            **_with(request, "UpdateExpression", self._choose(UPDATES)),
            "ReturnValues": returned,
        }

    def _delete(self) -> Named:
        return "delete_item", self._returning(self._conditional({"Key": self._key()}))

    def _get(self) -> Named:
        return "get_item", {"TableName": self._name, "Key": self._key(), "ConsistentRead": True}

    def _query(self) -> Named:
        return "query", self._page("PK", "SK") | {"ConsistentRead": self._random.random() < 0.5}

    def _query_index(self) -> Named:
        index = self._random.choice(INDEXES)
        return "query", self._page(f"{index}PK", f"{index}SK") | {"IndexName": index}

    def _batch_get(self) -> Named:
        return "batch_get_item", {"RequestItems": {self._name: {"Keys": self._distinct_keys(3)}}}

    def _transact(self) -> Named:
        parts = [self._part(key) for key in self._distinct_keys(self._random.randint(1, 4))]
        return "transact_write_items", {"TransactItems": parts}

    def _part(self, key: Parameters) -> Parameters:
        kind = self._random.choice(("Put", "Update", "Delete", "ConditionCheck"))
        request = self._conditional({"Item": self._item(key)} if kind == "Put" else {"Key": key})
        if kind == "Update":
            request = _with(request, "UpdateExpression", self._choose(UPDATES))
        if kind == "ConditionCheck" and "ConditionExpression" not in request:
            request["ConditionExpression"] = "attribute_exists(PK)"
        return {kind: request}

    def _page(self, partition: str, sort: str) -> Parameters:
        text, values = self._choose(RANGES)
        key = self._random.choice(PARTITIONS)
        request: Parameters = {
            "TableName": self._name,
            "KeyConditionExpression": f"{partition} = :partition{text.format(sort)}",
            "ExpressionAttributeValues": {":partition": {"S": key}, **values},
            "ScanIndexForward": self._random.random() < 0.5,
            "Limit": self._random.choice((1, 2, 3, 100)),
        }
        if self._random.random() < 0.3 and partition == "PK":
            request = _with(request, "FilterExpression", self._choose(FILTERS))
        return request

    def _conditional(self, request: Parameters) -> Parameters:
        request = {"TableName": self._name, **request}
        if self._random.random() < 0.5:
            return request
        request = _with(request, "ConditionExpression", self._choose(CONDITIONS))
        return {**request, OLD: "ALL_OLD"} if self._random.random() < 0.5 else request

    def _returning(self, request: Parameters) -> Parameters:
        return {**request, "ReturnValues": self._random.choice(("NONE", "ALL_OLD"))}

    def _item(self, key: Parameters) -> Parameters:
        item = {
            **key,
            "word": {"S": self._random.choice(WORDS)},
            "amount": {"N": str(self._random.randint(0, 4))},
        }
        if self._random.random() < 0.5:
            item["flag"] = {"BOOL": True}
        for index in INDEXES:
            if self._random.random() < 0.5:
                place = f"{key['SK']['S']}{key['PK']['S']}"
                item |= {f"{index}PK": {"S": self._random.choice(PARTITIONS)}, f"{index}SK": {"S": place}}
        return item

    def _key(self) -> Parameters:
        return {"PK": {"S": self._random.choice(PARTITIONS)}, "SK": {"S": self._random.choice(SORT_KEYS)}}

    def _distinct_keys(self, number: int) -> list[Parameters]:
        keys = [(partition, sort) for partition in PARTITIONS for sort in SORT_KEYS]
        return [{"PK": {"S": pk}, "SK": {"S": sk}} for pk, sk in self._random.sample(keys, number)]

    def _choose(self, choices: tuple[tuple[str, Parameters], ...]) -> tuple[str, Parameters]:
        return self._random.choice(choices)


def _with(request: Parameters, expression: str, chosen: tuple[str, Parameters]) -> Parameters:
    text, values = chosen
    known = {**request.get("ExpressionAttributeValues", {}), **values}
    return {**request, expression: text, **({"ExpressionAttributeValues": known} if known else {})}


def answer(client: Any, request: Named) -> Any:  # noqa: ANN401 - a client, and an answer to compare
    """What an engine answers, without what may differ: messages, the size of pages, the order of a batch."""
    name, parameters = request
    try:
        if name == "query":
            return list(_read_pages(client.query, parameters))
        found = getattr(client, name)(**parameters)
    except ClientError as error:
        return _describe_error(error.response)
    if name == "batch_get_item":
        (items,) = found["Responses"].values()
        return sorted(items, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))
    return {each: found[each] for each in ("Item", "Attributes") if found.get(each)}


def _read_pages(query: Callable[..., Any], parameters: Parameters) -> Iterator[Any]:
    start: Parameters = {}
    while True:
        page = query(**parameters, **start)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _describe_error(response: Any) -> Any:  # noqa: ANN401
    reasons = [
        (reason["Code"], reason.get("Item") or None) for reason in response.get("CancellationReasons", ())
    ]
    return response["Error"]["Code"], response.get("Item") or None, reasons
