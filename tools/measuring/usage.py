"""What usage costs in read and write units: reported as it is, reserved, sent as events, counted and shown.

The handlers are called as Lambda calls them; what the authorizer reads is not in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, MeterKind
from parity.catalog.service.features import create_feature
from parity.catalog.store.features import feature_store
from parity.core.periods import Reset
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.imports import import_customers
from parity.customers.store.customers import customer_store
from parity.dynamodb.table import table
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from parity.usage.api.report_stores import report_stores
from parity.usage.api.stream import stream_stores
from parity.usage.rules.reports import Behaviour, Report
from parity.usage.service.limits import CountRequest
from parity.usage.service.reports import count_report
from parity.usage.service.stream import UsageRecords, process_records
from parity.usage.store.reports import once_table
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, sell_plan
from tests.support.builders.counters import make_sample_entitlements
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.functions import call
from tools.measuring import usage_events, usage_reading, usage_speed
from tools.measuring.units import Meter, empty_table

CUSTOMERS = [f"customer-{number:02}" for number in range(100)]
SOLD = {"acme": "pro", "zoe": "pro", "wide": "wide", "lena": "pro"}
"""Customers and their plans; the others use what nothing entitles them to, which costs the same."""

LEVELS = {"daily": Reset.EVERY_DAY, "once": Reset.NEVER}
"""What `lena` has beside the plan, and how often it is reset: three levels in all."""

ENOUGH = 10**9
METER = {"eventName": "completion", "aggregation": {"function": "SUM", "field": "tokens"}, "filters": []}


def measure() -> None:
    os.environ |= {"ORGANISATION_ID": "measure", "EVENT_BUS_NAME": "default"}
    meter = Meter(table().client, once_table().client)
    _sell()
    _measure_reports(meter)
    _measure_following(meter)
    _measure_reservations(meter)
    _measure_check(meter)
    usage_events.measure(meter, CUSTOMERS)
    usage_reading.measure(meter, CUSTOMERS[0])
    usage_speed.measure(CUSTOMERS)


def _sell() -> None:
    """Exports are reported, tokens counted from events; the wide plan has 20 features, 10 of them metered."""
    wide = make_sample_entitlements(20)
    for name in ("exports", *_metered(20)):
        create_counted_feature(name)
    create_counted_feature("tokens", METER)
    pro = [
        make_entitlement(name, ENOUGH, reset=Reset.EVERY_MONTH, hard_limit=True)
        for name in ("exports", "tokens")
    ]
    sell_plan("pro", gives=tuple(pro))
    sell_plan("wide", gives=wide)
    for plan, reset in LEVELS.items():
        sell_plan(plan, gives=(make_entitlement("exports", ENOUGH, reset=reset, hard_limit=True),))
    drafts = [CustomerDraft(name=name, customer_id=name) for name in (*SOLD, *CUSTOMERS)]
    import_customers(customer_store(), drafts, now, bool)
    for customer_id, plan in SOLD.items():
        subscribe_at(now() - timedelta(days=400), plan, customer_id=customer_id)
        recompute(entitlement_store(), customer_id, now())
    for plan in LEVELS:
        subscribe_at(now(), plan, customer_id="lena")


def _metered(features: int) -> list[str]:
    return [
        each.feature for each in make_sample_entitlements(features) if each.feature_type is FeatureType.METER
    ]


def create_counted_feature(name: str, meter: Mapping[str, Any] | None = None) -> None:
    kind = MeterKind.RAW_EVENTS if meter else MeterKind.PRE_AGGREGATED_USAGE
    draft = FeatureDraft(name=name, feature_type=FeatureType.METER, meter_kind=kind, meter=meter)
    create_feature(feature_store(), draft, now() - timedelta(days=400), lambda _: None)


def _measure_reports(meter: Meter) -> None:
    meter.measure("report/usage, the first one ever", _report)
    meter.measure("report/usage, DELTA", _report)
    meter.measure("report/usage, SET", lambda: _report(behaviour="SET"))
    meter.measure("report/usage, DELTA, with an Idempotency-Key", lambda: _report(key="once"))
    meter.measure("the same again", lambda: _report(key="once"))
    meter.measure("report/usage, DELTA, enforced", lambda: _report(enforce=True))
    _report("lena")
    meter.measure("report/usage, DELTA, three levels", lambda: _report("lena"))
    meter.measure("report/usage, DELTA, enforced, three levels", lambda: _report("lena", enforce=True))
    report = Report(customer_id="zoe", feature="exports", behaviour=Behaviour.DELTA, value=1)
    count_report(report_stores(), CountRequest(report=report, at=now() - timedelta(days=40)))
    meter.measure("report/usage, the first one in a window", lambda: _report("zoe"))


def _report(
    customer_id: str = "acme",
    feature: str = "exports",
    key: str | None = None,
    **more: Any,  # noqa: ANN401
) -> None:
    body = {"customerId": customer_id, "featureId": feature, "behaviour": "DELTA", "value": 1, **more}
    expect(call("report/usage", body=body, headers={"Idempotency-Key": key} if key else None), 200)


def _measure_following(meter: Meter) -> None:
    """What follows from reports, for usage by time."""
    for what, size in {"the first report in an hour": 1, "1 report": 1, "100 reports": 100}.items():
        records = UsageRecords(changes=[_change() for _ in range(size)])
        meter.measure(
            f"what the stream function makes of {what}",
            lambda: process_records(stream_stores(), "acme", records, now()),  # noqa: B023
        )


def _change() -> CounterChange:
    old = counter_store().get(UsageKey("acme", "exports"))
    _report()
    new = counter_store().get(UsageKey("acme", "exports"))
    return CounterChange(old, new) if new else _change()


def _measure_reservations(meter: Meter) -> None:
    meter.measure("reserve", _reserve)
    for verb in ("confirm", "release"):
        place = {"customerId": "acme", "reservationId": _reserve()}
        meter.measure(verb, lambda: expect(call(f"reservations/{verb}", parameters=place), 200))  # noqa: B023


def _reserve() -> str:
    body = {"featureId": "exports", "value": 5}
    made = expect(call("reservations/create", parameters={"customerId": "acme"}, body=body), 201)
    return str(made["reservationId"])


def _measure_check(meter: Meter) -> None:
    for feature in _metered(20):
        _report("wide", feature)
    found = meter.measure(
        "check of 20 features, 10 of them used", lambda: call("entitlements/check", query="customer_id=wide")
    )
    used = [entry["currentUsage"] for entry in expect(found, 200)["entitlements"]]
    if used.count(1) != len(_metered(20)):
        raise SystemExit(f"the check shows {used}")


if __name__ == "__main__":
    with empty_table():
        measure()
