"""Replays what was dead-lettered: batches of the stream functions, and webhooks (docs/operations.md).

It uses the AWS credentials and region of the environment. It is safe to run at any time, and more than once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from parity.activity.api.stores import stream_stores
from parity.activity.service.stream import StreamStores, follow_records
from parity.aws.failures import list_failures
from parity.catalog.store.features import feature_store
from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.rules.customers import CustomerStatus
from parity.customers.store import keys as customer_keys
from parity.customers.store.customers import CustomerStore, customer_store
from parity.dynamodb.stream_records import group_by_customer, partition_key
from parity.metering.store import keys as metering_keys
from parity.usage.api.stream import stream_stores as usage_stores
from tools.failed_batches import FailedBatches, FailureQueue, Record
from tools.usage_replay import TooOldError, UsageReplay
from tools.webhook_replay import WebhookReplay

WORKERS = 8
PAGE_SIZE = 100
GONE = """\
Its records are gone: a stream keeps them for 24 hours. Recompute every customer with ARGS=--all, which costs
a read or two each and also takes such batches off the queue, or some with ARGS='--customer acme'."""

VARIABLES = {
    "OrganisationId": "ORGANISATION_ID",
    "EventBusName": "EVENT_BUS_NAME",
    "ActivityRetentionDays": "ACTIVITY_RETENTION_DAYS",
    "RawEventRetentionDays": "RAW_EVENT_RETENTION_DAYS",
}
"""The environment variables of the functions, by the stack's parameters."""


@dataclass
class Replay:
    """Recomputes entitlements, and tells of the changes in failed batches.

    `follow` does so for one customer and its records, and returns whether the entitlements changed.
    """

    follow: Callable[[str, Sequence[Record]], bool]
    say: Callable[[str], None]
    failed: int = 0
    """How many customers and batches could not be replayed."""

    def replay_batches(self, failures: FailureQueue, streams: Any) -> None:  # noqa: ANN401 - a boto3 client
        """Follows the records of the queue's batches. A batch is deleted when all its customers succeeded."""
        batches = FailedBatches(failures, streams, self.say, GONE)
        unread = batches.process(self._follow_batch)
        self.failed += unread

    def recompute_all(self, failures: FailureQueue, customer_ids: Iterable[str]) -> None:
        """Recomputes all customers, and deletes the batches that were in the queue before."""
        covered = list(failures)
        if self.recompute_customers(customer_ids):
            for message in covered:
                failures.delete(message)
            self.say(f"{len(covered)} failed batches are covered by that and left the queue.")

    def _follow_batch(self, records: Iterable[Record]) -> bool:
        found = group_by_customer(filter(_is_of_customer, records))
        return self._each(found, lambda customer_id: self.follow(customer_id, found[customer_id]))

    def recompute_customers(self, customer_ids: Iterable[str]) -> bool:
        """Recomputes these customers and returns whether all succeeded."""
        return self._each(customer_ids, lambda customer_id: self.follow(customer_id, ()))

    def _each(self, customer_ids: Iterable[str], work: Callable[[str], bool]) -> bool:
        with ThreadPoolExecutor(WORKERS) as workers:
            outcomes = list(workers.map(partial(self._attempt, work), customer_ids))
        failed = outcomes.count(None)
        self.failed += failed
        self.say(f"{len(outcomes)} customers recomputed, {outcomes.count(True)} changed, {failed} failed.")
        return not failed

    def _attempt(self, work: Callable[[str], bool], customer_id: str) -> bool | None:
        """Whether the snapshot changed; None if it failed, which does not stop the others."""
        try:
            return work(customer_id)
        except Exception as error:  # noqa: BLE001
            for failure in list_failures(error):
                self.say(f"{customer_id}: {type(failure).__name__}: {failure}")
            return None


def _is_of_customer(record: Record) -> bool:
    """Whether it is about a customer or its usage: a batch has all records of its part of the stream."""
    key = partition_key(record)
    return customer_keys.is_customer(key) or metering_keys.is_usage(key)


def list_customer_ids(store: CustomerStore) -> Iterator[str]:
    """The identifiers of all customers, archived ones included."""
    rows = store.lists(CustomerStatus).walk(PageRequest(PAGE_SIZE), PAGE_SIZE, store.counts().earlier_months)
    for _, customer in rows:
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
    failed += _usage(outputs["UsageFailuresUrl"])
    _webhooks(outputs)
    return failed


def _follow(stores: StreamStores, customer_id: str, records: Sequence[Record]) -> bool:
    return follow_records(stores, customer_id, records, now())


def _entitlements(options: argparse.Namespace, queue_url: str) -> int:
    replay = Replay(partial(_follow, stream_stores()), _say)
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
    replay = UsageReplay(usage_stores(), feature_store().all(), _say)
    with FailureQueue(boto3.client("sqs"), queue_url) as failures:
        replay.replay_batches(failures, boto3.client("dynamodbstreams"))
    return replay.failed


def _webhooks(outputs: dict[str, str]) -> None:
    _say("Webhooks:")
    replay = WebhookReplay(boto3.client("sqs"), _say)
    replay.return_messages(outputs["WebhookEventFailuresUrl"], outputs["WebhookEventsUrl"], "events")
    replay.return_messages(outputs["WebhookDeliveryFailuresUrl"], outputs["WebhookDeliveriesUrl"], "attempts")


def _usage_of_days(options: argparse.Namespace) -> int:
    replay = UsageReplay(usage_stores(), feature_store().all(), _say)
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
