"""Ten simulated minutes of creates, renewals and events, at rates that a large installation has.

The real code carries out some operations of each kind on a table double, which records what they ask of which
partition and item. That is repeated at the rate, with the limits and collisions of DynamoDB.
"""

from __future__ import annotations

import sys

from tests.support.fakes.dynamodb.capacity import Partition
from tools.measuring.load.recording import Operation, RecordingDouble
from tools.measuring.load.replaying import Outcome, replay
from tools.measuring.load.tables import new_definition, use_double
from tools.measuring.load.workloads import WORKLOADS, Workload

SECONDS = 600
TRIAL_SECONDS = 20
GROWTH = 1.25
MOST = 20
"""Times the rate, up to which the rate that breaks is looked for."""


def measure() -> None:
    for workload in WORKLOADS:
        operations = record(workload)
        _print_outcome(workload, operations, replay(operations, workload.rate, SECONDS))
        _print_limit(operations, workload.rate)


def record(workload: Workload) -> list[Operation]:
    with use_double(RecordingDouble(new_definition())) as double:
        return [operation for operation in workload.record(double) if operation]


def _print_outcome(workload: Workload, operations: list[Operation], outcome: Outcome) -> None:
    written = sum(sum(step.writes.values()) for operation in operations for step in operation)
    sys.stdout.write(
        f"\n{workload.name}, {workload.rate:,} a second for {SECONDS} s\n"
        f"  recorded {len(operations):,} operations of {written / len(operations):.1f} write units, "
        f"repeated {outcome.operations:,}\n"
        f"  503: {outcome.given_up:,}; left to the stream function: {outcome.left_over:,}; "
        f"requests that collided {outcome.collisions:,}, throttled {outcome.throttled:,}\n"
    )
    for what, capacity in {"written": outcome.writes, "read": outcome.reads}.items():
        for partition, units in capacity.busiest(3):
            sys.stdout.write(f"  {_name(partition):<50} {units:>6,.0f} units {what} in its busiest second\n")


def _name(partition: Partition) -> str:
    index, key = partition
    return f"{key} of {index}" if index else key


def _print_limit(operations: list[Operation], rate: int) -> None:
    """The lowest rate of those tried of which some are answered 503."""
    tried = float(rate)
    while tried <= rate * MOST:
        outcome = replay(operations, round(tried), TRIAL_SECONDS)
        if outcome.given_up:
            share = outcome.given_up / outcome.operations
            sys.stdout.write(f"  at {tried:,.0f} a second {share:.0%} are 503: {_name_reason(outcome)}\n")
            return
        tried *= GROWTH
    sys.stdout.write(f"  none is 503 at {tried / GROWTH:,.0f} a second\n")


def _name_reason(outcome: Outcome) -> str:
    hot = (outcome.writes.refused + outcome.reads.refused).most_common(1)
    return f"too much for {_name(hot[0][0])}" if hot else "collisions"


if __name__ == "__main__":
    measure()
