"""The functions that do due work: most are called by their schedule, and by their queue once for each shard.

The schedule's run only asks which shards have work that is due, and sends a message for each. A shard is a
group of the queue, of which one message at a time is handed out. So two runs never work on one shard, and a
shard with much to do keeps none waiting (docs/decisions/0068).

Work that there seldom is needs no queue: the schedule's run does the shards itself, one after the other, and
gives each its share of the time (docs/decisions/0075).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parity.aws.fifo_queue import GroupMessage, fifo_queue
from parity.aws.jobs import out_of_share, out_of_time
from parity.aws.metrics import write_metrics
from parity.dynamodb import keys
from parity.dynamodb.due_index import query_due
from parity.dynamodb.due_work import WORKERS, Turn, TurnReport

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.dynamodb.due_work import DueWork

FIRST_SHARD_STEP = 9
"""In four minutes the first one is a shard of each quarter, and in 32 minutes each shard."""


def run_job(work: DueWork, event: Mapping[str, Any], context: LambdaContext, now: datetime) -> dict[str, Any]:
    """Handles an event of the schedule or of the queue. Returns and writes as metrics what was done."""
    if "Records" not in event:
        return _ask_for_turns(work, now)
    turns = [_read_turn(work, record, context, now) for record in event["Records"]]
    return _report(work, sum((turn.take() for turn in turns), TurnReport()))


def _ask_for_turns(work: DueWork, now: datetime) -> dict[str, int]:
    """`...SecondsLate` is how long the longest overdue item has been due. An alarm waits for it."""
    due = find_due_shards(work, now)
    if due:
        fifo_queue(work.queue).send(map(_ask_for_turn, due))
    late = max(((now - first).total_seconds() for first in due.values()), default=0)
    write_metrics({f"{work.name}SecondsLate": int(late)})
    return {"shards": len(due)}


def take_turns(work: DueWork, shards: Collection[int], context: LambdaContext, now: datetime) -> TurnReport:
    """Takes a turn of each shard in this process, in an equal share of the time that is left.

    What a shard leaves of its share is divided among those after it. Each minute another shard is the first,
    as a task that takes longer than its share takes it from the last ones.
    """
    report = TurnReport()
    first = int(now.timestamp() // 60) * FIRST_SHARD_STEP
    for number, shard in enumerate(sorted(shards, key=lambda shard: (shard - first) % keys.DUE_SHARDS)):
        report += Turn(work, shard, now, out_of_share(context, len(shards) - number)).take()
    return report


def find_due_shards(work: DueWork, now: datetime) -> dict[int, datetime]:
    """The shards with work that is due, each with when the longest overdue item became due."""
    with ThreadPoolExecutor(WORKERS) as workers:
        firsts = workers.map(partial(_find_first, work, now), range(keys.DUE_SHARDS))
        return {shard: first for shard, first in enumerate(firsts) if first}


def _find_first(work: DueWork, now: datetime, shard: int) -> datetime | None:
    """When the longest overdue item of a shard became due; one Query, eventually consistent."""
    found = query_due(work.table, work.partition(shard), now, None, 1).items
    return keys.moment_of_due(found[0]["dueSK"]) if found else None


def _ask_for_turn(shard: int) -> GroupMessage:
    """Each message is another one: what became due a moment ago may be behind the turn that runs now."""
    return GroupMessage(group=str(shard), key=uuid4().hex, body=json.dumps({"shard": shard}))


def _read_turn(work: DueWork, record: Mapping[str, Any], context: LambdaContext, now: datetime) -> Turn:
    is_careful = int(record["attributes"]["ApproximateReceiveCount"]) > 1
    shard = json.loads(record["body"])["shard"]
    return Turn(work, shard, now, out_of_time(context), is_careful)


def _report(work: DueWork, report: TurnReport) -> dict[str, Any]:
    done = {name: report.done[name] for name in work.metrics}
    metrics = {work.metrics[name]: number for name, number in done.items()}
    write_metrics({**metrics, f"{work.name}Failed": report.failed})
    return {**done, "failed": report.failed, "complete": report.complete}
