"""How many grants a customer may have, and what is left of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.entitlements.rules.allowances import allowances_at
from parity.entitlements.rules.counters import usage_in
from parity.entitlements.rules.errors import TooManyGrantsError
from parity.entitlements.rules.rollover import compute_carryover
from parity.entitlements.rules.sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.allowances import Allowance
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.overrides import Override
    from parity.entitlements.rules.sources import Snapshot, Source

MAX_GRANTS = 100
"""Of one customer. A snapshot holds them all, and each check reads it."""

KEPT_AFTER_EXPIRY = timedelta(days=35)
"""So long after a grant has expired, no event of its time can arrive any more."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What was used of a grant in its present window, and what remains of it."""

    used: Number
    remaining: Number


def find_replaceable(grants: Sequence[Override], now: datetime) -> Override | None:
    """The grant that a new one replaces; None while there is room for one more.

    It is the one that expired first, if that is long ago. Raises TooManyGrantsError if there is none.
    """
    if len(grants) < MAX_GRANTS:
        return None
    expired = [each for each in grants if each.has_expired(now - KEPT_AFTER_EXPIRY)]
    if not expired:
        raise TooManyGrantsError(len(grants))
    return min(expired, key=lambda grant: (grant.expires_on, grant.id))


def compute_balances(
    snapshot: Snapshot, counters: Mapping[tuple[str, str], Counter], at: datetime
) -> dict[str, Balance]:
    """The balances of the grants of metered features that are in effect at the moment, by the grant's id.

    Usage fills what the plans give first, then the grants, those that expire soonest first. With 100 a month,
    a grant of 50 to each window and 120 used, 30 remain of the grant. A grant that adds to windows of several
    kinds has the balance of the one in which least remains.
    """
    balances: dict[str, Balance] = {}
    for name, feature in snapshot.features.items():
        if feature.feature_type is not FeatureType.METER:
            continue
        for allowance in allowances_at(feature, at):
            for grant_id, balance in _fill_grants(allowance, counters.get((name, allowance.kind)), at):
                known = balances.get(grant_id, balance)
                balances[grant_id] = min(known, balance, key=lambda each: each.remaining)
    return balances


def _fill_grants(
    allowance: Allowance, counter: Counter | None, at: datetime
) -> Iterator[tuple[str, Balance]]:
    grants = [
        source for source in allowance.sources if source.kind is SourceKind.GRANT and not source.unlimited
    ]
    usage: Number = 0 if allowance.unlimited else usage_in(allowance.window(at), counter)
    given = allowance.limit + compute_carryover(allowance, counter, at)
    usage -= given - sum(source.value or 0 for source in grants)
    for grant in sorted(grants, key=_filling_order):
        value = grant.value or 0
        used = min(max(usage, 0), value)
        usage -= used
        yield grant.id, Balance(used, value - used)


def _filling_order(grant: Source) -> tuple[bool, str, str]:
    end = grant.valid_until
    return end is None, end.isoformat() if end else "", grant.id
