"""The lists of features and of plans, by identifier.

An organisation has a few hundred of each, in one partition. So a list reads all of them and picks in memory:
it costs a read unit per 4 KB of catalogue, whatever is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from parity.core.folding import folded
from parity.core.paging import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.features import Feature
    from parity.catalog.rules.plans import Plan
    from parity.catalog.store.features import FeatureStore
    from parity.catalog.store.plans import PlanStore
    from parity.core.paging import Page, PageRequest


class Listed(Protocol):
    """What features and plans have in common."""

    @property
    def identifier(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str | None: ...
    @property
    def archived_on(self) -> datetime | None: ...


Row = TypeVar("Row", bound=Listed)


def list_features(
    store: FeatureStore, search: str, request: PageRequest, *, archived: bool | None
) -> Page[Feature]:
    """`archived` None lists all. Raises PageNotFoundError."""
    return _make_page(store.all(), search, request, archived=archived)


def list_plans(store: PlanStore, search: str, request: PageRequest, *, archived: bool | None) -> Page[Plan]:
    """`archived` None lists all. Raises PageNotFoundError."""
    return _make_page(store.all(), search, request, archived=archived)


def _make_page(rows: Iterable[Row], search: str, request: PageRequest, *, archived: bool | None) -> Page[Row]:
    words = folded(search).split()
    wanted = [row for row in rows if archived in (None, bool(row.archived_on)) and _matches(row, words)]
    return page_of(wanted, [row.identifier for row in wanted], request)


def _matches(row: Listed, words: list[str]) -> bool:
    """Each word is somewhere in the name, identifier or description; case and accents do not matter."""
    text = folded(f"{row.name}\n{row.identifier}\n{row.description or ''}")
    return all(word in text for word in words)
