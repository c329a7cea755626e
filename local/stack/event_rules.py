"""Rules of an event bus: which events go to which queues."""

from __future__ import annotations

import json
import logging

from local.model import EventRule
from local.stack import names
from local.stack.intrinsics import Resolver

_log = logging.getLogger(__name__)


def read_event_rules(resolver: Resolver) -> tuple[EventRule, ...]:
    """The enabled rules with a pattern. A target that is no queue gets a warning, because it is idle."""
    found = []
    for logical_id, properties in resolver.resources("AWS::Events::Rule").items():
        if properties.get("EventPattern") and properties.get("State", "ENABLED") != "DISABLED":
            targets = [str(target["Arn"]) for target in properties.get("Targets", ())]
            for target in targets:
                if names.queue_name(target) is None:
                    _log.warning("%s: events go to queues only, so its target %s is idle", logical_id, target)
            found.append(
                EventRule(
                    name=resolver.name(logical_id),
                    bus=str(properties.get("EventBusName", "default")),
                    pattern=json.dumps(properties["EventPattern"]),
                    queue_arns=tuple(target for target in targets if names.queue_name(target)),
                )
            )
    return tuple(found)
