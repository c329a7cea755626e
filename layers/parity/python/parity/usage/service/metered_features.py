"""The metered features of a customer, with what a check reads of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import FeatureNotFoundError
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.core.periods import Reset, kind_name
from parity.customers.rules.errors import CustomerNotFoundError
from parity.entitlements.rules.levels import levels_at
from parity.entitlements.rules.sources import sources_of
from parity.entitlements.service.check import check
from parity.metering.rules.rollups import rollup_aggregation
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.errors import FeatureNotMeteredError
from parity.usage.rules.window_history import WindowSequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from parity.catalog.rules.aggregation_functions import Aggregation
    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.core.periods import Period
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import FeatureSources
    from parity.entitlements.store.checks import CheckData, CheckStore


@dataclass(frozen=True, slots=True)
class MeteredFeature:
    """A metered feature of a customer. `checked` holds what a check reads of all the customer's features."""

    customer_id: str
    feature: Feature
    checked: CheckData

    @property
    def identifier(self) -> str:
        return self.feature.identifier

    @property
    def key(self) -> UsageKey:
        return UsageKey(self.customer_id, self.identifier)

    @property
    def is_reported(self) -> bool:
        """Whether usage is reported rather than counted from events."""
        return self.feature.meter is None

    @property
    def aggregation(self) -> Aggregation:
        """The aggregation of the feature's days and months, in which usage is stored over time."""
        return rollup_aggregation(aggregation_of(self.feature))

    @property
    def sources(self) -> FeatureSources | None:
        """None for an archived customer, who is entitled to nothing."""
        snapshot = self.checked.snapshot
        return None if snapshot and snapshot.archived else sources_of(snapshot, self.identifier)

    @property
    def usage(self) -> MeterUsage | None:
        return self.checked.usage(self.identifier)

    def kind_and_limit(self, now: datetime) -> tuple[str, int | None]:
        """The kind of the window in a check's answer, and its limit: None for an unlimited one.

        Without any entitlement, the kind of the window that its usage counts in.
        """
        (entitlement,) = check(self.checked, now, [self.identifier])
        if entitlement.balance:
            return entitlement.balance.kind, entitlement.value
        return (self.usage and self.usage.first) or Reset.NEVER.value, entitlement.value

    def find_kind(self, name: str, now: datetime) -> str:
        """The kind of windows that callers name so: NEVER is the first level that is never reset."""
        sources = self.sources
        levels = levels_at(sources, now) if sources else ()
        return next((level.kind for level in levels if kind_name(level.kind) == name), name)

    def window_sequence(self, kind: str, periods: Sequence[Period], now: datetime) -> WindowSequence:
        return WindowSequence(self.sources, kind, periods, now)


def read_metered_features(
    checks: CheckStore, features: FeatureStore, customer_id: str, names: Iterable[str] | None
) -> list[MeteredFeature]:
    """The features with these names, each an identifier or an id, in that order and each once.

    Without names: every metered feature that the customer is entitled to or has used, by identifier.
    Two requests, or three where a name is an id. Raises CustomerNotFoundError, FeatureNotFoundError,
    FeatureNotMeteredError.
    """
    checked = checks.read_for_check(customer_id)
    if checked.snapshot is None:
        raise CustomerNotFoundError(customer_id)
    wanted = list(dict.fromkeys(_features_of_customer(checked) if names is None else names))
    found = features.get_many(wanted)
    for name in wanted:
        _require_metered(name, found.get(name))
    return [MeteredFeature(customer_id, found[name], checked) for name in wanted]


def _require_metered(name: str, feature: Feature | None) -> None:
    if feature is None:
        raise FeatureNotFoundError(name)
    if feature.feature_type is not FeatureType.METER:
        raise FeatureNotMeteredError(name)


def _features_of_customer(checked: CheckData) -> list[str]:
    snapshot = checked.snapshot
    entitled = snapshot.features.items() if snapshot and not snapshot.archived else ()
    metered = {name for name, sources in entitled if sources.feature_type is FeatureType.METER}
    return sorted(metered | set(checked.counters))
