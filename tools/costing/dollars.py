"""What work costs: amounts by the name of their price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import ceil

from tools.costing import assumptions as assumed
from tools.costing.prices import GB
from tools.costing.running import Following
from tools.costing.stack import Stack
from tools.costing.world import Invocation

Amounts = Counter[str]
GATEWAY_REQUESTS = {"core": "rest_api_requests", "edge": "http_api_requests"}
MS_PER_SECOND = 1000
RECEIVING = "webhook_deliveries/deliver"


def add_amounts(*parts: Mapping[str, float]) -> Amounts:
    total: Amounts = Counter()
    for part in parts:
        total.update(part)
    return total


def multiply(amounts: Mapping[str, float], times: float) -> Amounts:
    return Counter({name: amount * times for name, amount in amounts.items()})


def run_function(invocation: Invocation, stack: Stack) -> Amounts:
    """The call, and the time for which Lambda bills it."""
    seconds = count_milliseconds(invocation, stack) / MS_PER_SECOND
    memory_gb = stack.functions[invocation.operation].memory_gb
    return Counter({"function_requests": 1, "function_gb_seconds": seconds * memory_gb})


def count_milliseconds(invocation: Invocation, stack: Stack) -> int:
    """By the assumptions: nothing of it was measured on AWS."""
    requests = invocation.units.requests
    cpu = assumed.CPU_MS_PER_CALL + assumed.CPU_MS_PER_REQUEST * requests
    waits = assumed.WAIT_MS_PER_REQUEST * ceil(requests / invocation.at_once)
    if invocation.operation == RECEIVING:
        waits += assumed.RECEIVER_MS
    return ceil(cpu / stack.functions[invocation.operation].processors + waits)


def use_table(invocation: Invocation) -> Amounts:
    return Counter({"read_units": invocation.units.read, "write_units": invocation.units.written})


def watch_function(invocation: Invocation, stack: Stack, *, is_traced_before: bool = False) -> Amounts:
    """Lambda's log lines and traces. A request that the gateway traces is one trace."""
    function = stack.functions[invocation.operation]
    return Counter(
        {
            "log_gb": assumed.SYSTEM_LOG_BYTES / GB * function.logs_calls,
            "traces": assumed.TRACED_SHARE * (function.is_traced and not is_traced_before),
        }
    )


def watch_request(invocation: Invocation, gateway: str, stack: Stack) -> Amounts:
    """Logs and traces of a request, the gateway's and the function's."""
    is_traced = gateway == "core" and stack.traces_core
    of_gateway = {
        "log_gb": assumed.ACCESS_LOG_BYTES[gateway] / GB * stack.logs_access[gateway],
        "traces": assumed.TRACED_SHARE * is_traced,
    }
    return add_amounts(of_gateway, watch_function(invocation, stack, is_traced_before=is_traced))


def call_function(invocation: Invocation, stack: Stack) -> Amounts:
    """All that a call costs which no gateway makes."""
    return add_amounts(
        run_function(invocation, stack), use_table(invocation), watch_function(invocation, stack)
    )


def pay_following(following: Following, stack: Stack) -> Amounts:
    """The stream's functions, the event bus, and the queues."""
    calls = (call_function(each, stack) for each in following.invocations)
    sent = {
        "bus_events": following.bus_events,
        "queue_requests": following.queue_requests,
        "fifo_queue_requests": following.fifo_queue_requests,
    }
    return add_amounts(sent, *calls)
