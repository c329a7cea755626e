"""What each operation costs behind each gateway, in US dollars for a million requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.support.fakes.functions import EDGE_OPERATIONS
from tools.costing import assumptions as assumed
from tools.costing.cases import Case, authorize
from tools.costing.dollars import (
    GATEWAY_REQUESTS,
    Amounts,
    add_amounts,
    call_function,
    multiply,
    pay_following,
    run_function,
    use_table,
    watch_request,
)
from tools.costing.prices import GB, PriceList
from tools.costing.running import Work, measure_case
from tools.costing.stack import Stack
from tools.costing.world import open_world

MILLION = 1_000_000


@dataclass(frozen=True)
class Line:
    """`amounts` are those of one request at the core, and at the edge if that has the operation."""

    case: Case
    work: Work
    function: float
    table: float
    following: float
    amounts: Mapping[str, Amounts]
    dollars: Mapping[str, float]


def measure_lines(cases: Iterable[Case], stack: Stack, prices: PriceList) -> Iterator[Line]:
    authorizer = call_authorizer(stack)
    for case in cases:
        yield make_line(case, measure_case(case), authorizer, stack, prices)


def call_authorizer(stack: Stack) -> Amounts:
    """What it costs to ask the authorizer once."""
    with open_world() as world:
        event = authorize(world)
        world.forget()
        answer, invocation = world.invoke("api_keys/authorize", event)
        if "policyDocument" not in answer:
            raise SystemExit("The authorizer lets the sample in no more.")
        return call_function(invocation, stack)


def make_line(case: Case, work: Work, authorizer: Amounts, stack: Stack, prices: PriceList) -> Line:
    function, table = run_function(work.request, stack), use_table(work.request)
    following = pay_following(work.following, stack)
    gateways = ["core", "edge"] if case.operation in EDGE_OPERATIONS else ["core"]
    amounts = {
        gateway: add_amounts(
            {GATEWAY_REQUESTS[gateway]: 1, "sent_gb": work.sent_bytes / GB},
            multiply(authorizer, assumed.AUTHORIZER_SHARE),
            watch_request(work.request, gateway, stack),
            function,
            table,
            following,
        )
        for gateway in gateways
    }
    return Line(
        case,
        work,
        prices.cost(multiply(function, MILLION)),
        prices.cost(multiply(table, MILLION)),
        prices.cost(multiply(following, MILLION)),
        amounts,
        {gateway: prices.cost(multiply(each, MILLION)) for gateway, each in amounts.items()},
    )
