"""Snapshots as items: nothing is lost, equal ones are the same text, a check costs half a read unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset, ResetTime
from parity.customers.store import keys as customer_keys
from parity.dynamodb.items import unpack_text
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import (
    Alerts,
    EarlierEnd,
    FeatureSources,
    Rollover,
    Snapshot,
    Source,
    SourceKind,
    ThresholdType,
)
from parity.entitlements.store import keys as entitlement_keys
from parity.entitlements.store.snapshots import snapshot_from_item, snapshot_to_item
from tests.support.builders.catalog import make_entitlement as plan_gives
from tests.support.builders.counters import (
    describe_check_sizes,
    make_sample_snapshot,
    measure_check,
    measure_item,
)
from tests.support.builders.strategies import MOMENTS
from tests.support.builders.subscriptions import make_subscription

HALF_READ_UNIT_BYTES = 4096
TEXT = st.text(max_size=8)
NUMBERS = st.integers(-(2**53), 2**53)
ROLLOVERS = st.builds(Rollover, st.integers(0, 100), st.none() | st.integers(0, 2**53))
EARLIER_ENDS = st.lists(st.builds(EarlierEnd, MOMENTS, st.none() | MOMENTS), max_size=2).map(tuple)
ALERTS = st.builds(Alerts, st.sampled_from(ThresholdType), st.lists(st.integers(0, 2**53)).map(tuple))


@st.composite
def draw_period(draw: st.DrawFn) -> Period:
    start = draw(MOMENTS)
    lasts = draw(st.none() | st.timedeltas(timedelta(), timedelta(days=800)))
    return Period(start, None if lasts is None else start + lasts)


@st.composite
def draw_source(draw: st.DrawFn) -> Source:
    valid = draw(draw_period())
    return Source(
        kind=draw(st.sampled_from(SourceKind)),
        id=draw(TEXT),
        plan=draw(st.none() | TEXT),
        plan_version=draw(st.none() | st.integers(1, 9999)),
        valid_from=valid.start,
        valid_until=valid.end,
        value=draw(st.none() | NUMBERS),
        unlimited=draw(st.booleans()),
        hard_limit=draw(st.booleans()),
        reset=draw(st.sampled_from(Reset)),
        reset_time=draw(st.sampled_from(ResetTime)),
        anchor=draw(MOMENTS),
        rollover=draw(st.none() | ROLLOVERS),
        alerts=draw(st.none() | ALERTS),
        earlier_ends=draw(EARLIER_ENDS),
    )


LEVELS = st.builds(LevelUsage, MOMENTS, carried=st.integers(0, 2**53), since=st.none() | MOMENTS)
BASES = st.builds(MeterUsage, MOMENTS, st.none() | TEXT, st.dictionaries(TEXT, LEVELS, max_size=3))


@st.composite
def draw_feature(draw: st.DrawFn) -> FeatureSources:
    """Its sources are in order, as in every snapshot that is computed."""
    sources = draw(st.lists(draw_source(), min_size=1, max_size=3, unique_by=Source.sort_key))
    feature_type = draw(st.sampled_from(FeatureType))
    adds_up = feature_type is not FeatureType.METER or draw(st.booleans())
    base = draw(st.none() | BASES)
    return FeatureSources(feature_type, tuple(sorted(sources, key=Source.sort_key)), adds_up, base)


SNAPSHOTS = st.builds(
    Snapshot,
    archived=st.booleans(),
    subscribed=st.lists(draw_period(), max_size=3).map(tuple),
    features=st.dictionaries(TEXT, draw_feature(), max_size=3),
    revision=st.integers(1, 2**31),
)


@given(snapshot=SNAPSHOTS)
def test_a_snapshot_survives_being_stored(snapshot: Snapshot) -> None:
    assert snapshot_from_item(snapshot_to_item("acme", snapshot)) == snapshot


@given(snapshot=SNAPSHOTS, data=st.data())
def test_equal_snapshots_are_the_same_text(snapshot: Snapshot, data: st.DataObject) -> None:
    order = data.draw(st.permutations(list(snapshot.features)))
    same = replace(snapshot, features={name: snapshot.features[name] for name in order})
    assert snapshot_to_item("acme", same) == snapshot_to_item("acme", snapshot)


@given(snapshot=SNAPSHOTS)
def test_an_item_holds_only_what_a_check_reads(snapshot: Snapshot) -> None:
    item = snapshot_to_item("acme", snapshot)
    assert item.keys() == {"PK", "SK", "archived", "revision", "content"}


def test_what_the_sources_of_a_subscription_share_is_stored_once() -> None:
    snapshot = make_sample_snapshot(20)
    text = unpack_text(snapshot_to_item("acme", snapshot)["content"])
    subscription_id = snapshot.features["included-feature-1"].sources[0].id
    assert text.count(subscription_id) == 1


def test_what_subscriptions_to_one_plan_share_is_stored_once() -> None:
    same = [make_subscription(plan_gives(), subscription_id=f"sub-{number}") for number in range(50)]
    snapshot = replace(snapshot_of(same, [], archived=False), revision=1)
    item = snapshot_to_item("acme", snapshot)
    assert unpack_text(item["content"]).count("exports") == 1
    assert snapshot_from_item(item) == snapshot


def test_the_sources_of_a_feature_are_read_when_they_are_asked_for() -> None:
    stored = snapshot_from_item(snapshot_to_item("acme", make_sample_snapshot(2)))
    assert "metered-feature-0" in stored.features
    assert "missing" not in stored.features
    assert len(stored.features) == len(list(stored.features)) == 2
    assert stored.features["metered-feature-0"] is stored.features["metered-feature-0"]


def make_monthly_snapshot() -> Snapshot:
    monthly = make_subscription(plan_gives(reset=Reset.EVERY_MONTH))
    return replace(snapshot_of([monthly], [], archived=False), revision=1)


def test_a_short_snapshot_is_a_text_without_what_few_sources_have() -> None:
    assert snapshot_to_item("acme", make_monthly_snapshot())["content"] == (
        '{"u":[[1769855400000000,null]],"g":['
        '[[[0,"sub-1","pro",1,1769855400000000,null,1769855400000000]],[["exports",2,100,2,5]]]]}'
    )


def test_a_snapshot_that_was_stored_before_there_were_groups_is_still_read() -> None:
    content = (
        '{"u":[[1769855400000000,null]],'
        '"s":[[0,"sub-1","pro",1,1769855400000000,null,1769855400000000]],'
        '"f":{"exports":[2,[0,100,2,5]]}}'
    )
    item = snapshot_to_item("acme", make_monthly_snapshot()) | {"content": content}
    assert snapshot_from_item(item) == make_monthly_snapshot()


@pytest.mark.parametrize("subscriptions", [1, 2])
def test_a_check_of_20_features_of_which_10_are_metered_reads_half_a_unit(subscriptions: int) -> None:
    snapshot = make_sample_snapshot(20, subscriptions)
    assert sum(each.feature_type is FeatureType.METER for each in snapshot.features.values()) == 10
    assert measure_check(20, subscriptions)[1] <= HALF_READ_UNIT_BYTES


def test_a_query_reads_the_snapshot_before_what_it_is_computed_from() -> None:
    """Otherwise a recomputation could overwrite a newer snapshot with an older one."""
    others = (customer_keys.PROFILE, entitlement_keys.SUBSCRIPTION, *entitlement_keys.OVERRIDES)
    assert min(others) > entitlement_keys.ENTITLEMENTS


def test_the_size_of_an_item_is_that_of_its_names_and_values() -> None:
    assert measure_item({"PK": "a", "value": "é"}) == 3 + 7
    assert measure_item({"used": 12345, "archived": True, "note": None}) == 9 + 9


def test_sizes_are_described_for_20_and_100_features() -> None:
    description = describe_check_sizes()
    assert "20 features from 1 subscription(s): snapshot " in description
    assert "100 features from 1 subscription(s): snapshot " in description
