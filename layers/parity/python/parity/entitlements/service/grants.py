"""Adding, listing and removing the grants of a customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.customers.rules.errors import CustomerNotFoundError
from parity.dynamodb.optimistic import retry
from parity.entitlements.rules.errors import GrantNotFoundError
from parity.entitlements.rules.grants import compute_grant_balances, find_replaceable
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.overrides import new_override, read_active_holdings, remove_found
from parity.entitlements.service.recompute import next_larger_snapshot, next_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.entitlements.rules.grants import GrantBalance
    from parity.entitlements.rules.overrides import Override
    from parity.entitlements.service.overrides import OverrideDraft, OverrideStores
    from parity.entitlements.store.holdings import EntitlementStore, Holdings

    Recorder = Callable[["GrantState"], AnswerRecord | None]


@dataclass(frozen=True, slots=True)
class GrantDraft:
    """A grant to make; `feature` is an identifier or an id."""

    customer_id: str
    feature: str
    terms: OverrideDraft


@dataclass(frozen=True, slots=True)
class GrantState:
    """A grant, and what is left of it: None while it is not in effect, and where usage is not counted."""

    grant: Override
    balance: GrantBalance | None


def create_grant(stores: OverrideStores, draft: GrantDraft, now: datetime, record: Recorder) -> GrantState:
    """Adds a grant, in place of one that expired long ago if the customer has too many.

    Raises FeatureNotFoundError, FeatureIsArchivedError, InvalidFieldsError, CustomerNotFoundError,
    CustomerIsArchivedError, TooManyGrantsError, EntitlementsTooLargeError, BusyError, and what `keep_answer`
    raises.
    """
    if not draft.terms.value:
        raise InvalidFieldsError(FieldProblem("value", "must be true, or above 0."))
    grant = replace(new_override(stores.features.get(draft.feature), draft.terms, now), number=uuid4().hex)

    def attempt() -> GrantState:
        held = read_active_holdings(stores.entitlements, draft.customer_id)
        replaced = find_replaceable([each for each in held.overrides if each.is_grant], now)
        holdings = (held.without_override(replaced) if replaced else held).with_override(grant)
        state = _find_state(holdings, now)(grant)
        snapshot = next_larger_snapshot(holdings, now)
        stores.overrides.put(draft.customer_id, grant, snapshot, record=record(state), removed=replaced)
        return state

    return retry(attempt, exhausted=BusyError)


def list_grants(store: EntitlementStore, customer_id: str, now: datetime) -> list[GrantState]:
    """By feature, and then by when they start; expired ones included. Raises CustomerNotFoundError."""
    holdings = store.holdings(customer_id)
    if holdings.customer is None:
        raise CustomerNotFoundError(customer_id)
    grants = [each for each in holdings.overrides if each.is_grant]
    grants.sort(key=lambda grant: (grant.feature, grant.valid_from, grant.number))
    return list(map(_find_state(holdings, now), grants))


def remove_grant(stores: OverrideStores, customer_id: str, grant_id: str, now: datetime) -> None:
    """Of an archived customer, too. Raises CustomerNotFoundError, GrantNotFoundError, BusyError."""

    def find(holdings: Holdings) -> Override:
        if holdings.customer is None:
            raise CustomerNotFoundError(customer_id)
        grant = holdings.override(SourceKind.GRANT, grant_id)
        if grant is None:
            raise GrantNotFoundError(grant_id)
        return grant

    remove_found(stores, customer_id, find, now)


def _find_state(holdings: Holdings, now: datetime) -> Callable[[Override], GrantState]:
    """A function that gives the state of each grant."""
    snapshot = next_snapshot(holdings, now) or holdings.snapshot
    balances = compute_grant_balances(snapshot, holdings.usages, now) if snapshot else {}
    return lambda grant: GrantState(grant, balances.get(grant.id))
