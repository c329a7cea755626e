"""How many grants a customer may have, and what is left of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import subtract
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.errors import TooManyGrantsError
from parity.entitlements.rules.sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.levels import Level
    from parity.entitlements.rules.overrides import Override
    from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
    from parity.entitlements.rules.sources import Snapshot, Source

MAX_GRANTS = 100
"""Of one customer. A snapshot holds them all, and each check reads it."""

KEPT_AFTER_EXPIRY = timedelta(days=35)
"""So long after a grant has expired, no event of its time can arrive any more."""


@dataclass(frozen=True, slots=True)
class GrantBalance:
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


def compute_grant_balances(
    snapshot: Snapshot, usages: Mapping[str, MeterUsage], at: datetime
) -> dict[str, GrantBalance]:
    """The balances of the grants of metered features that are in effect at the moment, by the grant's id.

    Within a level, usage fills what the plans give first, then the grants, those that expire soonest first.
    With 100 a month, a grant of 50 to each window and 120 used, 30 remain of the grant. A grant that adds
    to several levels has the balance of the one in which least remains. None is in effect for an archived
    customer.
    """
    balances: dict[str, GrantBalance] = {}
    for name, feature in snapshot.features.items():
        if snapshot.archived or feature.feature_type is not FeatureType.METER:
            continue
        for balance in balances_at(feature, usages.get(name), at):
            for level, held in zip(balance.levels, balance.held, strict=True):
                for grant_id, filled in _fill_grants(level, held):
                    known = balances.get(grant_id, filled)
                    balances[grant_id] = min(known, filled, key=lambda each: each.remaining)
    return balances


def _fill_grants(level: Level, held: LevelUsage) -> Iterator[tuple[str, GrantBalance]]:
    grants = [source for source in level.sources if source.kind is SourceKind.GRANT and not source.unlimited]
    given = level.limit + held.carried - sum(source.value or 0 for source in grants)
    usage: Number = 0 if level.unlimited else subtract(held.used, given)
    for grant in sorted(grants, key=_filling_order):
        value = grant.value or 0
        used = min(max(usage, 0), value)
        usage -= used
        yield grant.id, GrantBalance(used, value - used)


def _filling_order(grant: Source) -> tuple[bool, str, str]:
    end = grant.valid_until
    return end is None, end.isoformat() if end else "", grant.id
