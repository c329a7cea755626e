"""The rules for plans: drafts are edited, published versions never change."""

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
    Edition,
    Plan,
    PlanDraft,
    PlanVersion,
    Price,
    PriceType,
    archived,
    changed,
    discarded,
    new_plan,
    published,
)
from parity.core.errors import ParityError
from parity.core.periods import ChargePeriod

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FREE = Price(charge_period=ChargePeriod.ONE_TIME, price_type=PriceType.FREE)
DRAFT = new_plan(PlanDraft(name="Pro", metadata={"tier": 1}), id="1", identifier="pro", now=NOW)
PRICED = changed(DRAFT, {"prices": (FREE,)}, NOW)
PUBLISHED = published(PRICED, NOW)


def test_a_new_plan_is_a_draft() -> None:
    assert (DRAFT.plan.draft, DRAFT.plan.published, DRAFT.plan.version) == (1, None, 1)
    assert (DRAFT.version.number, DRAFT.version.published_on, DRAFT.is_latest) == (1, None, False)


def test_a_draft_is_changed_in_place_and_an_unpublished_plan_shows_it() -> None:
    new = changed(DRAFT, {"name": "Team"}, LATER)
    assert (new.version.number, new.version.name, new.version.metadata) == (1, "Team", {"tier": 1})
    assert (new.plan.name, new.plan.version, new.plan.modified_on) == ("Team", 2, LATER)


def test_what_changes_nothing_makes_no_draft() -> None:
    assert changed(PUBLISHED, {"name": "Pro", "metadata": {"tier": 1}}, LATER) is PUBLISHED


def test_changing_a_published_plan_makes_the_next_version_and_leaves_what_is_sold() -> None:
    new = changed(PUBLISHED, {"name": "Team"}, LATER)
    assert new.version == replace(PUBLISHED.version, name="Team", number=2, published_on=None)
    assert (new.plan.published, new.plan.draft, new.plan.name) == (1, 2, "Pro")
    assert (new.plan.current, new.plan.edited) == (1, 2)


def test_publishing_sells_the_draft_under_its_own_name() -> None:
    assert (PUBLISHED.plan.published, PUBLISHED.plan.draft) == (1, None)
    assert (PUBLISHED.version.published_on, PUBLISHED.is_latest) == (NOW, True)
    again = published(changed(PUBLISHED, {"name": "Team"}, LATER), LATER)
    assert (again.plan.published, again.plan.name, again.version.published_on) == (2, "Team", LATER)


def test_a_plan_needs_a_price_and_a_draft_to_be_published() -> None:
    with pytest.raises(PlanHasNoPriceError):
        published(DRAFT, NOW)
    with pytest.raises(PlanAlreadyPublishedError):
        published(PUBLISHED, NOW)


def test_discarding_leaves_the_published_version_or_nothing() -> None:
    edited = changed(PUBLISHED, {"name": "Team"}, NOW)
    left = discarded(edited.plan, LATER)
    assert left == replace(edited.plan, draft=None, version=edited.plan.version + 1, modified_on=LATER)
    assert discarded(DRAFT.plan, LATER) is None
    with pytest.raises(PlanHasNoDraftError):
        discarded(PUBLISHED.plan, LATER)


def test_an_archived_plan_refuses_every_change() -> None:
    plan = archived(changed(PUBLISHED, {"name": "Team"}, NOW).plan, LATER)
    edition = Edition(plan, PUBLISHED.version)
    for refused in (
        lambda: changed(edition, {"name": "Zeta"}, LATER),
        lambda: published(edition, LATER),
        lambda: discarded(plan, LATER),
        lambda: archived(plan, LATER),
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
        plan = _after(step, plan, versions, NOW + timedelta(hours=number))
        frozen |= {n: version for n, version in versions.items() if version.published_on and n not in frozen}
        assert all(versions[n] == version for n, version in frozen.items())
        if plan:
            assert plan.published == max(frozen, default=None)
            assert plan.current in versions
            assert plan.draft in (None, (plan.published or 0) + 1)


def _after(step: str, plan: Plan, versions: dict[int, PlanVersion], now: datetime) -> Plan | None:
    edition = Edition(plan, versions[plan.edited])
    try:
        match step:
            case "discard":
                left = discarded(plan, now)
                del versions[plan.edited]
                return left
            case "archive":
                return archived(plan, now)
            case "publish":
                edition = published(edition, now)
            case "price":
                edition = changed(edition, {"prices": (FREE,)}, now)
            case _:
                edition = changed(edition, {"name": str(now)}, now)
    except ParityError:
        return plan
    versions[edition.version.number] = edition.version
    return edition.plan
