"""Schedules of EventBridge: its rules, and those of EventBridge Scheduler."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta

from local.model import Schedule
from local.stack import names
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.transform import Document, Value

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)")

_log = logging.getLogger(__name__)


def read_schedules(resolver: Resolver) -> tuple[Schedule, ...]:
    """The enabled schedules; raises TemplateError for one that is not a rate or has a time zone."""
    return (*_read_rules(resolver), *_read_scheduler_schedules(resolver))


def _read_rules(resolver: Resolver) -> Iterator[Schedule]:
    for logical_id, properties in resolver.resources("AWS::Events::Rule").items():
        if properties.get("ScheduleExpression") and properties.get("State", "ENABLED") != "DISABLED":
            place = resolver.place(logical_id)
            for target in properties.get("Targets", ()):
                yield from _read_schedule(resolver.name(logical_id), properties, target, place)


def _read_scheduler_schedules(resolver: Resolver) -> Iterator[Schedule]:
    for logical_id, properties in resolver.resources("AWS::Scheduler::Schedule").items():
        place = resolver.place(logical_id)
        if properties.get("ScheduleExpressionTimezone", "UTC") != "UTC":
            raise (place / "ScheduleExpressionTimezone").error("is not UTC, the only zone that runs locally")
        if properties.get("State", "ENABLED") != "DISABLED":
            yield from _read_schedule(resolver.name(logical_id), properties, properties["Target"], place)


def _read_schedule(name: str, properties: Document, target: Document, place: Place) -> Iterator[Schedule]:
    """Nothing, and a warning, for a target that is not a function."""
    interval = _parse_rate(properties["ScheduleExpression"], place / "ScheduleExpression")
    function = names.function_name(str(target.get("Arn")))
    if function is None:
        _log.warning("%s: only functions are invoked locally, so its target is idle", name)
    else:
        yield Schedule(name, interval, function, target.get("Input"))


def _parse_rate(expression: Value, place: Place) -> timedelta:
    rate = _RATE.fullmatch(str(expression))
    if rate is None:
        supported = "rate(<number> minutes), rate(<number> hours) and rate(<number> days)"
        raise place.error(f"is {expression}, but only {supported} run locally")
    number, unit, plural = int(rate[1]), rate[2], rate[3]
    if bool(plural) != (number > 1):
        correct = f"rate({number} {unit}{'s' if number > 1 else ''})"
        raise place.error(f"is {expression}, but EventBridge takes {correct} only")
    return timedelta(**{f"{unit}s": number})
