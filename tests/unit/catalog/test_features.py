"""The rules for creating, changing and archiving a feature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.errors import FeatureIsArchivedError
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import (
    FeatureDraft,
    MeterKind,
    archive_feature,
    change_feature,
    new_feature,
)
from parity.core.errors import InvalidFieldsError

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
METER = {"eventName": "e", "aggregation": {"function": "COUNT", "field": None}, "filters": []}
UNITS = {"singular": "seat", "plural": "seats"}


def draft(feature_type: FeatureType = FeatureType.METER, **fields: Any) -> FeatureDraft:  # noqa: ANN401
    return FeatureDraft(name="Exports", feature_type=feature_type, **fields)


EXPORTS = new_feature(draft(metadata={"tier": 1}), id="1", identifier="exports", now=NOW)


def test_a_new_feature_is_not_archived_in_its_first_version() -> None:
    assert (EXPORTS.archived_on, EXPORTS.version, EXPORTS.created_on) == (None, 1, EXPORTS.modified_on)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (draft(), MeterKind.PRE_AGGREGATED_USAGE),
        (draft(meter_kind=MeterKind.RAW_EVENTS, meter=METER), MeterKind.RAW_EVENTS),
        (draft(FeatureType.BOOLEAN), None),
        (draft(FeatureType.CUSTOMIZABLE, units=UNITS), None),
    ],
)
def test_only_a_meter_has_a_sub_type_which_is_reported_usage_unless_given(
    given: FeatureDraft, kind: MeterKind | None
) -> None:
    assert new_feature(given, id="1", identifier="a", now=NOW).meter_kind is kind


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (draft(meter_kind=MeterKind.RAW_EVENTS), ["meter"]),
        (draft(meter=METER), ["meter"]),
        (draft(meter_kind=MeterKind.PRE_AGGREGATED_USAGE, meter=METER), ["meter"]),
        (draft(FeatureType.BOOLEAN, meter=METER), ["meter"]),
        (draft(FeatureType.BOOLEAN, units=UNITS), ["feature_details/units"]),
        (
            draft(FeatureType.CUSTOMIZABLE, meter_kind=MeterKind.RAW_EVENTS),
            ["feature_details/feature_sub_type"],
        ),
        (
            draft(FeatureType.BOOLEAN, meter_kind=MeterKind.RAW_EVENTS, meter=METER),
            ["feature_details/feature_sub_type"],
        ),
    ],
)
def test_fields_that_do_not_fit_the_type_are_refused(given: FeatureDraft, fields: list[str]) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        new_feature(given, id="1", identifier="a", now=NOW)
    assert [problem.field for problem in refused.value.problems] == fields


def test_a_change_makes_a_new_version_with_the_rest_as_it_was() -> None:
    new = change_feature(EXPORTS, {"name": "Files", "metadata": {"tier": True}}, LATER)
    expected = replace(EXPORTS, name="Files", metadata={"tier": True}, version=2, modified_on=LATER)
    assert repr(new) == repr(expected)


@pytest.mark.parametrize("changes", [{}, {"name": "Exports"}, {"metadata": {"tier": 1}}], ids=str)
def test_a_change_to_the_same_values_makes_no_new_version(changes: dict[str, Any]) -> None:
    assert change_feature(EXPORTS, changes, LATER) is EXPORTS


def test_one_and_true_are_two_values_of_metadata() -> None:
    assert change_feature(EXPORTS, {"metadata": {"tier": True}}, LATER).version == 2


def test_an_archived_feature_can_neither_be_changed_nor_archived_again() -> None:
    gone = archive_feature(EXPORTS, LATER)
    assert (gone.archived_on, gone.modified_on, gone.version) == (LATER, LATER, 2)
    with pytest.raises(FeatureIsArchivedError):
        change_feature(gone, {}, LATER)
    with pytest.raises(FeatureIsArchivedError):
        archive_feature(gone, LATER)
