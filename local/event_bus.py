"""The stack's rules of event buses, which the engine itself applies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from local.model import EventRule

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

DEFAULT_BUS = "default"


def create_event_rules(client: EventBridgeClient, rules: Iterable[EventRule]) -> None:
    """Create the buses and rules that do not exist yet, and change the others."""
    for rule in rules:
        if rule.bus != DEFAULT_BUS and not client.list_event_buses(NamePrefix=rule.bus)["EventBuses"]:
            client.create_event_bus(Name=rule.bus)
        client.put_rule(Name=rule.name, EventBusName=rule.bus, EventPattern=rule.pattern)
        targets = [{"Id": str(number), "Arn": arn} for number, arn in enumerate(rule.queue_arns)]
        client.put_targets(Rule=rule.name, EventBusName=rule.bus, Targets=targets)  # type: ignore[arg-type]
