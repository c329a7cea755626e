"""Replays dead-lettered batches of the stream functions: entitlements and usage (docs/operations.md).

It uses the AWS credentials and region of the environment. It is safe to run at any time, and more than once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from parity.catalog.store.features import feature_store
from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.rules.customers import CustomerStatus
from parity.customers.store.customers import CustomerStore, customer_store
from parity.dynamodb import keys
from parity.dynamodb.listing import walk_months
from parity.metering.api.stores import window_stores
from parity.metering.service.windows import WindowStores, recompute_with_counters
from parity.usage.api.stream import stream_stores
from tools.failed_batches import FailedBatches, FailureQueue, Record, partition_key
from tools.usage_replay import TooOldError, UsageReplay

WORKERS = 8
PAGE_SIZE = 100
GONE = """\
Its records are gone: a stream keeps them for 24 hours. Recompute every customer with ARGS=--all, which costs
a read or two each and also takes such batches off the queue, or some with ARGS='--customer acme'."""

VARIABLES = {
    "OrganisationId": "ORGANISATION_ID",
    "EventBusName": "EVENT_BUS_NAME",
    "RawEventRetentionDays": "RAW_EVENT_RETENTION_DAYS",
}
"""The environment variables of the functions, by the stack's parameters."""


@dataclass
class Replay:
    """Recomputes entitlements; `recompute` does so for one customer and returns whether they changed."""

    recompute: Callable[[str], bool]
    say: Callable[[str], None]
    failed: int = 0
    """How many customers and batches could not be replayed."""

    def replay_batches(self, failures: FailureQueue, streams: Any) -> None:  # noqa: ANN401 - a boto3 client
        """Recomputes the customers of the queue's batches. A batch is deleted when all of them succeeded."""
        batches = FailedBatches(failures, streams, self.say, GONE)
        unread = batches.process(lambda records: self.recompute_customers(_customers_of(records)))
        self.failed += unread

    def recompute_all(self, failures: FailureQueue, customer_ids: Iterable[str]) -> None:
        """Recomputes all customers, and deletes the batches that were in the queue before."""
        covered = list(failures)
        if self.recompute_customers(customer_ids):
            for message in covered:
                failures.delete(message)
            self.say(f"{len(covered)} failed batches are covered by that and left the queue.")

    def recompute_customers(self, customer_ids: Iterable[str]) -> bool:
        """Recomputes these customers and returns whether all succeeded."""
        with ThreadPoolExecutor(WORKERS) as workers:
            outcomes = list(workers.map(self._customer, customer_ids))
        failed = outcomes.count(None)
        self.failed += failed
        self.say(f"{len(outcomes)} customers recomputed, {outcomes.count(True)} changed, {failed} failed.")
        return not failed

    def _customer(self, customer_id: str) -> bool | None:
        """Whether the snapshot changed; None if the recompute failed, which does not stop the others."""
        try:
            return self.recompute(customer_id)
        except Exception as error:  # noqa: BLE001
            self.say(f"{customer_id}: {type(error).__name__}: {error}")
            return None


def _customers_of(records: Iterable[Record]) -> list[str]:
    changed = map(partition_key, records)
    return list(dict.fromkeys(keys.customer_of(key) for key in changed if keys.is_customer(key)))


def list_customer_ids(store: CustomerStore) -> Iterator[str]:
    """The identifiers of all customers, archived ones included."""
    readers = [partial(store.page_of_month, status) for status in CustomerStatus]
    for _, customer in walk_months(readers, store.counts().months, PageRequest(PAGE_SIZE), PAGE_SIZE):
        yield customer.customer_id


def main() -> None:
    options = _options()
    try:
        failed = _replay(options, _enter(options.stack))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Nothing more was replayed in {options.stack}: {error}")
    except KeyError as missing:
        sys.exit(f"The stack {options.stack} does not know {missing}: deploy it again first.")
    except TooOldError as error:
        sys.exit(str(error))
    sys.exit(1 if failed else 0)


def _enter(stack: str) -> dict[str, str]:
    """Gives this process the environment of the stack's functions, and returns the stack's outputs."""
    client: Any = boto3.client("cloudformation")
    (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    given = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    os.environ |= {variable: given[parameter] for parameter, variable in VARIABLES.items()}
    os.environ["TABLE_NAME"] = outputs["TableName"]
    return outputs


def _replay(options: argparse.Namespace, outputs: dict[str, str]) -> int:
    if options.first:
        return _usage_of_days(options)
    failed = _entitlements(options, outputs["RecomputeFailuresUrl"])
    if options.customer or options.all:
        return failed
    return failed + _usage(outputs["UsageFailuresUrl"])


def _recompute(stores: WindowStores, customer_id: str) -> bool:
    return recompute_with_counters(stores, customer_id, now())


def _entitlements(options: argparse.Namespace, queue_url: str) -> int:
    replay = Replay(partial(_recompute, window_stores()), _say)
    if options.customer:
        replay.recompute_customers(options.customer)
        return replay.failed
    _say("Entitlements:")
    with FailureQueue(boto3.client("sqs"), queue_url) as failures:
        if options.all:
            replay.recompute_all(failures, list_customer_ids(customer_store()))
        else:
            replay.replay_batches(failures, boto3.client("dynamodbstreams"))
    return replay.failed


def _usage(queue_url: str) -> int:
    _say("Usage:")
    replay = UsageReplay(stream_stores(), feature_store().all(), _say)
    with FailureQueue(boto3.client("sqs"), queue_url) as failures:
        replay.replay_batches(failures, boto3.client("dynamodbstreams"))
    return replay.failed


def _usage_of_days(options: argparse.Namespace) -> int:
    replay = UsageReplay(stream_stores(), feature_store().all(), _say)
    customer_ids = options.customer or list_customer_ids(customer_store())
    replay.recount_days(customer_ids, options.first, options.last or datetime.now(UTC).date())
    return replay.failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make replay", description="Replay what was dead-lettered.")
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--customer", action="append", help="recompute this customer; may be given again")
    which.add_argument("--all", action="store_true", help="recompute all customers")
    parser.add_argument("--from", dest="first", type=_day, help="count their usage of this day (UTC) again")
    parser.add_argument("--to", dest="last", type=_day, help="and of the days up to this one; until today")
    options = parser.parse_args()
    if options.first and not (options.customer or options.all):
        parser.error("--from needs --customer or --all")
    if options.last and not options.first:
        parser.error("--to needs --from")
    return options


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-11-01") from error


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    main()
