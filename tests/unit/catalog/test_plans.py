"""The rules for plans: drafts can be changed, published versions never change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.errors import (
    PlanAlreadyPublishedError,
    PlanHasNoDraftError,
    PlanHasNoPriceError,
    PlanIsArchivedError,
)
from parity.catalog.rules.plans import (
    Plan,
    PlanAtVersion,
    PlanDraft,
    PlanVersion,
    Price,
    PriceType,
    archive_plan,
    change_plan,
    discard_draft,
    new_plan,
    publish_draft,
)
from parity.core.errors import ParityError
from parity.core.periods import ChargePeriod

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FREE = Price(charge_period=ChargePeriod.ONE_TIME, price_type=PriceType.FREE)
DRAFT = new_plan(PlanDraft(name="Pro", metadata={"tier": 1}), id="1", identifier="pro", now=NOW)
PRICED = change_plan(DRAFT, {"prices": (FREE,)}, NOW)
PUBLISHED = publish_draft(PRICED, NOW)


def test_a_new_plan_is_a_draft() -> None:
    assert (DRAFT.plan.draft, DRAFT.plan.published, DRAFT.plan.version) == (1, None, 1)
    assert (DRAFT.version.number, DRAFT.version.published_on, DRAFT.is_latest) == (1, None, False)


def test_a_draft_is_changed_in_place_and_an_unpublished_plan_shows_it() -> None:
    new = change_plan(DRAFT, {"name": "Team"}, LATER)
    assert (new.version.number, new.version.name, new.version.metadata) == (1, "Team", {"tier": 1})
    assert (new.plan.name, new.plan.version, new.plan.modified_on) == ("Team", 2, LATER)


def test_a_change_to_the_same_values_makes_no_draft() -> None:
    assert change_plan(PUBLISHED, {"name": "Pro", "metadata": {"tier": 1}}, LATER) is PUBLISHED


def test_changing_a_published_plan_makes_the_next_version_and_leaves_what_is_sold() -> None:
    new = change_plan(PUBLISHED, {"name": "Team"}, LATER)
    assert new.version == replace(PUBLISHED.version, name="Team", number=2, published_on=None)
    assert (new.plan.published, new.plan.draft, new.plan.name) == (1, 2, "Pro")
    assert (new.plan.current, new.plan.newest) == (1, 2)


def test_publishing_sells_the_draft_under_its_own_name() -> None:
    assert (PUBLISHED.plan.published, PUBLISHED.plan.draft) == (1, None)
    assert (PUBLISHED.version.published_on, PUBLISHED.is_latest) == (NOW, True)
    again = publish_draft(change_plan(PUBLISHED, {"name": "Team"}, LATER), LATER)
    assert (again.plan.published, again.plan.name, again.version.published_on) == (2, "Team", LATER)


def test_a_plan_needs_a_price_and_a_draft_to_be_published() -> None:
    with pytest.raises(PlanHasNoPriceError):
        publish_draft(DRAFT, NOW)
    with pytest.raises(PlanAlreadyPublishedError):
        publish_draft(PUBLISHED, NOW)


def test_discarding_leaves_the_published_version_or_nothing() -> None:
    edited = change_plan(PUBLISHED, {"name": "Team"}, NOW)
    left = discard_draft(edited.plan, LATER)
    assert left == replace(edited.plan, draft=None, version=edited.plan.version + 1, modified_on=LATER)
    assert discard_draft(DRAFT.plan, LATER) is None
    with pytest.raises(PlanHasNoDraftError):
        discard_draft(PUBLISHED.plan, LATER)


def test_an_archived_plan_refuses_every_change() -> None:
    plan = archive_plan(change_plan(PUBLISHED, {"name": "Team"}, NOW).plan, LATER)
    plan_at_version = PlanAtVersion(plan, PUBLISHED.version)
    for refused in (
        lambda: change_plan(plan_at_version, {"name": "Zeta"}, LATER),
        lambda: publish_draft(plan_at_version, LATER),
        lambda: discard_draft(plan, LATER),
        lambda: archive_plan(plan, LATER),
    ):
        with pytest.raises(PlanIsArchivedError):
            refused()


STEPS = st.sampled_from(["name", "price", "publish", "discard", "archive"])


@given(st.lists(STEPS, max_size=30))
def test_whatever_is_done_a_published_version_never_changes_and_one_is_always_sold(steps: list[str]) -> None:
    versions: dict[int, PlanVersion] = {1: DRAFT.version}
    plan: Plan | None = DRAFT.plan
    frozen: dict[int, PlanVersion] = {}
    for number, step in enumerate(steps):
        if plan is None:
            break
        plan = _apply_step(step, plan, versions, NOW + timedelta(hours=number))
        frozen |= {n: version for n, version in versions.items() if version.published_on and n not in frozen}
        assert all(versions[n] == version for n, version in frozen.items())
        if plan:
            assert plan.published == max(frozen, default=None)
            assert plan.current in versions
            assert plan.draft in (None, (plan.published or 0) + 1)


def _apply_step(step: str, plan: Plan, versions: dict[int, PlanVersion], now: datetime) -> Plan | None:
    plan_at_version = PlanAtVersion(plan, versions[plan.newest])
    try:
        match step:
            case "discard":
                left = discard_draft(plan, now)
                del versions[plan.newest]
                return left
            case "archive":
                return archive_plan(plan, now)
            case "publish":
                plan_at_version = publish_draft(plan_at_version, now)
            case "price":
                plan_at_version = change_plan(plan_at_version, {"prices": (FREE,)}, now)
            case _:
                plan_at_version = change_plan(plan_at_version, {"name": str(now)}, now)
    except ParityError:
        return plan
    versions[plan_at_version.version.number] = plan_at_version.version
    return plan_at_version.plan
