"""Recomputes the entitlements of customers whose changes the stream function gave up (docs/operations.md).

Uses the AWS credentials and region of the environment. What it does is safe to do again, and at any time.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from parity.domain.customers import CustomerStatus
from parity.domain.pages import PageRequest
from parity.entitlements import recompute
from parity.month_walk import walk
from parity.store.customers import CustomerStore, customer_store
from parity.store.entitlements import entitlement_store
from tools.failed_batches import Failures, RecordsAreGoneError, customers_of

WORKERS = 8
PAGE_SIZE = 100
GONE = """\
Its records are gone: a stream keeps them for 24 hours. Recompute every customer with ARGS=--all, which costs
a read or two each and also takes such batches off the queue, or some with ARGS='--customer acme'."""


@dataclass
class Replay:
    """What was done; `recompute` brings one customer in line and says whether that took a write."""

    recompute: Callable[[str], bool]
    say: Callable[[str], None]
    failed: int = 0
    """Customers and batches that are still to be done."""

    def batches(self, failures: Failures, streams: Any) -> None:  # noqa: ANN401 - a boto3 client
        """Recomputes what the queue names; a batch leaves it once all of its customers are in line."""
        count = 0
        for message in failures:
            count += 1
            if self._batch(streams, message["Body"]):
                failures.delete(message)
        self.say(f"{count} failed batches were in the queue.")

    def all_customers(self, failures: Failures, customer_ids: Iterable[str]) -> None:
        """Recomputes everybody, and with that whatever the queue named before."""
        covered = list(failures)
        if self.customers(customer_ids):
            for message in covered:
                failures.delete(message)
            self.say(f"{len(covered)} failed batches are covered by that and left the queue.")

    def customers(self, customer_ids: Iterable[str]) -> bool:
        """Whether all went well."""
        with ThreadPoolExecutor(WORKERS) as workers:
            outcomes = list(workers.map(self._customer, customer_ids))
        failed = outcomes.count(None)
        self.failed += failed
        self.say(f"{len(outcomes)} customers recomputed, {outcomes.count(True)} changed, {failed} failed.")
        return not failed

    def _batch(self, streams: Any, body: str) -> bool:  # noqa: ANN401
        try:
            customer_ids = customers_of(streams, body)
        except RecordsAreGoneError as gone:
            self.say(f"{gone}. {GONE}")
        except (ValueError, KeyError, TypeError):
            self.say("A message in the queue describes no batch of a stream; it stays.")
        else:
            return self.customers(customer_ids)
        self.failed += 1
        return False

    def _customer(self, customer_id: str) -> bool | None:
        """Whether the snapshot changed; None if it could not be recomputed: the others go on."""
        try:
            return self.recompute(customer_id)
        except Exception as error:  # noqa: BLE001
            self.say(f"{customer_id}: {type(error).__name__}: {error}")
            return None


def everybody(store: CustomerStore) -> Iterator[str]:
    """All customers by the listing, archived ones included."""
    readers = [partial(store.listed, status) for status in CustomerStatus]
    for _, customer in walk(readers, store.counts().months, PageRequest(PAGE_SIZE), PAGE_SIZE):
        yield customer.customer_id


def main() -> None:
    options = _options()
    try:
        outputs = _outputs(options.stack)
        os.environ["TABLE_NAME"] = outputs["TableName"]
        failed = _replay(options, outputs["RecomputeFailuresUrl"])
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Nothing more was replayed in {options.stack}: {error}")
    except KeyError as missing:
        sys.exit(f"The stack {options.stack} has no output {missing}: deploy it again first.")
    sys.exit(1 if failed else 0)


def _replay(options: argparse.Namespace, queue_url: str) -> int:
    replay = Replay(partial(recompute, entitlement_store()), _say)
    if options.customer:
        replay.customers(options.customer)
        return replay.failed
    with Failures(boto3.client("sqs"), queue_url) as failures:
        if options.all:
            replay.all_customers(failures, everybody(customer_store()))
        else:
            replay.batches(failures, boto3.client("dynamodbstreams"))
    return replay.failed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make replay", description="Recompute what recompute gave up.")
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--customer", action="append", help="recompute this customer; may be given again")
    which.add_argument("--all", action="store_true", help="recompute all customers")
    return parser.parse_args()


def _outputs(stack: str) -> dict[str, str]:
    client: Any = boto3.client("cloudformation")
    (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    main()
