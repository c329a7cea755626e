"""The source that follows from an override: its rollover and alerts, its anchor, and when it is valid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.entitlements.rules.overrides import Override, replace_override
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import Alerts, Rollover, Source, SourceKind, ThresholdType
from parity.entitlements.store.snapshots import snapshot_from_item, snapshot_to_item
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import DAY, MOMENT, START

HALF: dict[str, Any] = {"enabled": True, "percentage": 50, "limit": None}
ALERTS: dict[str, Any] = {"enabled": True, "thresholds": [100, 80, 80], "threshold_type": "BALANCE"}


def make_source_of(override: Override) -> Source:
    """The source in the snapshot, which must be the same once it is stored."""
    snapshot = snapshot_of([], [override], archived=False)
    assert snapshot_from_item(snapshot_to_item("acme", snapshot)) == snapshot
    (source,) = snapshot.features["exports"].sources
    return source


@pytest.mark.parametrize(
    ("rollover", "usage_alerts", "expected"),
    [
        (None, None, (None, None)),
        (HALF, ALERTS, (Rollover(50, None), Alerts(ThresholdType.BALANCE, (80, 100)))),
        (
            HALF | {"enabled": False},
            ALERTS | {"enabled": False},
            (Rollover(0, None), Alerts(ThresholdType.PERCENTAGE, ())),
        ),
    ],
    ids=["kept", "its own", "none"],
)
def test_it_keeps_rollover_and_alerts_of_the_plans_or_has_its_own_or_none(
    rollover: dict[str, Any] | None,
    usage_alerts: dict[str, Any] | None,
    expected: tuple[Rollover | None, Alerts | None],
) -> None:
    override = make_override(SourceKind.OVERRIDE, rollover=rollover, usage_alerts=usage_alerts)
    source = make_source_of(override)
    assert (source.rollover, source.alerts) == expected


def test_the_source_of_a_grant_has_its_id_and_its_times() -> None:
    start, end = MOMENT + DAY, MOMENT + 3 * DAY
    source = make_source_of(make_override(number="1f", starts_on=start, anchor=start, expires_on=end))
    assert (source.kind, source.id) == (SourceKind.GRANT, "exports.1f")
    assert (source.valid_from, source.valid_until, source.anchor) == (start, end, start)


@pytest.mark.parametrize(
    ("change", "anchor", "begins"),
    [
        ({"note": "Signed"}, START, START),
        ({"expires_on": MOMENT + 2 * DAY}, START, START),
        ({"usage_alerts": ALERTS}, START, START),
        ({"rollover": HALF}, START, MOMENT),
        ({"value": 11}, START, MOMENT),
        ({"value": None, "unlimited": True}, START, MOMENT),
        ({"hard_limit": False}, START, MOMENT),
        ({"reset": Reset.EVERY_DAY}, MOMENT, MOMENT),
    ],
    ids=str,
)
def test_what_changes_its_anchor_and_since_when_it_gives_what_it_gives(
    change: dict[str, Any], anchor: datetime, begins: datetime
) -> None:
    stored = make_override(SourceKind.OVERRIDE)
    wanted = make_override(SourceKind.OVERRIDE, created_on=MOMENT, **change)
    changed = replace_override(stored, wanted, MOMENT)
    source = make_source_of(changed)
    assert (source.valid_from, source.anchor) == (begins, anchor)
    assert (changed.version, changed.modified_on) == (2, MOMENT)
    assert replace_override(changed, wanted, MOMENT + DAY) is changed
