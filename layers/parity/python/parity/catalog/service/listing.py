"""The lists of features and of plans, in the order of their identifiers.

An organisation has a few hundred of each, in one partition. So a list reads all of them and filters in
memory. It costs one read unit per 4 KB of features or plans, whatever the filter. To find the plans that are
sold with a feature, it also reads all published versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from parity.core.folding import fold_text
from parity.core.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.rules.plans import Plan
    from parity.catalog.store.features import FeatureStore
    from parity.catalog.store.plans import PlanStore
    from parity.core.paging import Page, PageRequest


class CatalogEntry(Protocol):
    """What a list needs of a feature or a plan."""

    @property
    def identifier(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str | None: ...
    @property
    def archived_on(self) -> datetime | None: ...


Row = TypeVar("Row", bound=CatalogEntry)


def list_features(
    store: FeatureStore, search: str, request: PageRequest, *, archived: bool | None
) -> Page[Feature]:
    """`archived` selects archived ones or others; None selects all. Raises PageNotFoundError."""
    return _make_page(store.all(), search, request, archived=archived)


def list_plans(
    store: PlanStore, search: str, feature: str, request: PageRequest, *, archived: bool | None
) -> Page[Plan]:
    """`archived` selects archived ones or others; None selects all. A feature selects the plans sold with it.

    Raises PageNotFoundError.
    """
    plans = store.all()
    selected = select_plans_with(store, plans, feature) if feature else plans
    return _make_page(selected, search, request, archived=archived)


def select_plans_with(store: PlanStore, plans: Iterable[Plan], feature: str) -> list[Plan]:
    """Those of the plans whose published version gives the feature with this identifier."""
    published = [plan for plan in plans if plan.published]
    versions = store.get_current_versions(published)
    selling = {version.plan for version in versions if version.entitlement(feature)}
    return [plan for plan in published if plan.identifier in selling]


def _make_page(rows: Iterable[Row], search: str, request: PageRequest, *, archived: bool | None) -> Page[Row]:
    words = fold_text(search).split()
    if search and not words:
        rows = ()  # an accent alone has no words, and finds nothing
    matching = [row for row in rows if archived in (None, bool(row.archived_on)) and _matches(row, words)]
    return paginate(matching, [row.identifier for row in matching], request)


def _matches(row: CatalogEntry, words: list[str]) -> bool:
    """Whether the name, identifier or description holds each word; case and accents do not matter."""
    text = fold_text(f"{row.name}\n{row.identifier}\n{row.description or ''}")
    return all(word in text for word in words)
