"""The metered features of a customer that somebody asks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import FeatureNotFoundError
from parity.catalog.rules.features import FeatureType
from parity.catalog.rules.meters import aggregation_of
from parity.core.identifiers import is_possible
from parity.core.periods import Reset, window_of
from parity.customers.rules.errors import CustomerNotFoundError
from parity.entitlements.rules.sources import sources_of
from parity.entitlements.service.check import check
from parity.metering.rules.rollups import rolled_up
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import kinds_of
from parity.usage.rules.errors import FeatureNotMeteredError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.aggregation_functions import Aggregation
    from parity.catalog.rules.features import Feature
    from parity.catalog.store.features import FeatureStore
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import FeatureSources
    from parity.entitlements.store.checks import CheckData, CheckStore
    from parity.metering.store.buckets import BucketStore
    from parity.usage.store.ended_windows import UsageRecordStore


@dataclass(frozen=True, slots=True)
class QueryStores:
    """Where questions about usage are answered from."""

    checks: CheckStore
    features: FeatureStore
    buckets: BucketStore
    records: UsageRecordStore


@dataclass(frozen=True, slots=True)
class Metered:
    """A metered feature of a customer, with what checks read of all of them."""

    customer_id: str
    feature: Feature
    checked: CheckData

    @property
    def name(self) -> str:
        return self.feature.identifier

    @property
    def key(self) -> UsageKey:
        return UsageKey(self.customer_id, self.name)

    @property
    def aggregation(self) -> Aggregation:
        """How days hold its usage."""
        return rolled_up(aggregation_of(self.feature))

    @property
    def sources(self) -> FeatureSources | None:
        return sources_of(self.checked.snapshot, self.name)

    def counter(self, kind: str) -> Counter | None:
        return self.checked.counters.get((self.name, kind))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The windows that usage counts in; where nothing asks for any more, those that it counted in."""
        if self.sources:
            return kinds_of(self.checked.snapshot, self.name)
        counted = sorted(kind for feature, kind in self.checked.counters if feature == self.name)
        return tuple(counted) or (Reset.NEVER.value,)

    def offered(self, now: datetime) -> tuple[str, int | None]:
        """The kind of windows that a check at the moment tells of, and the limit, None if there is none."""
        (entitlement,) = check(self.checked, now, [self.name])
        window = entitlement.window
        same = (kind for kind in self.kinds if window and window_of(kind, now) == window)
        return next(same, self.kinds[0]), entitlement.value


def metered_features(stores: QueryStores, customer_id: str, asked: Iterable[str] | None) -> list[Metered]:
    """Those asked for, by identifier or id, in that order; else all that the customer has or has used.

    Raises CustomerNotFoundError, FeatureNotFoundError, FeatureNotMeteredError. Two requests, three with ids.
    """
    checked = stores.checks.read_for_check(customer_id)
    if checked.snapshot is None:
        raise CustomerNotFoundError(customer_id)
    names = list(dict.fromkeys(_of_customer(checked) if asked is None else asked))
    known = stores.features.get_many(filter(is_possible, names))
    for name in names:
        _check_metered(name, known.get(name))
    return [Metered(customer_id, known[name], checked) for name in names]


def _check_metered(name: str, feature: Feature | None) -> None:
    if feature is None:
        raise FeatureNotFoundError(name)
    if feature.feature_type is not FeatureType.METER:
        raise FeatureNotMeteredError(name)


def _of_customer(checked: CheckData) -> list[str]:
    given = checked.snapshot.features.items() if checked.snapshot else ()
    entitled = {name for name, known in given if known.feature_type is FeatureType.METER}
    return sorted(entitled | {feature for feature, _ in checked.counters})
