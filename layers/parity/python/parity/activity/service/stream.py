"""What follows from the stream's records of one customer.

Entitlements and search entries are repaired, and changes are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.activity.service.telling import tell_records
from parity.activity.store.stream_records import read_item_write
from parity.core.steps import collect_failures
from parity.customers.service.search_repair import settle_search_entries
from parity.dynamodb.stream_records import partition_key
from parity.metering.service.windows import recompute_with_counters
from parity.metering.store import keys
from parity.subscriptions.rules.renewals import is_renewal
from parity.subscriptions.rules.subscriptions import Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from parity.activity.service.telling import TellingStores
    from parity.metering.service.windows import WindowStores

    Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StreamStores:
    windows: WindowStores
    telling: TellingStores


def follow_records(stores: StreamStores, customer_id: str, records: Sequence[Record], now: datetime) -> bool:
    """Does all that follows from the records; returns whether the customer's entitlements were wrong.

    Without records, only entitlements are repaired. If one of the steps fails, the others are done all the
    same, and an ExceptionGroup is raised in the end.
    """
    repaired: list[bool] = []

    def repair() -> None:
        repaired.append(recompute_with_counters(stores.windows, customer_id, now))

    def tell() -> None:
        tell_records(stores.telling, customer_id, records)

    def settle_entries() -> None:
        settle_search_entries(stores.telling.customers, customer_id, records)

    is_all_told = bool(records) and all(map(_changes_nothing, records))
    failures = collect_failures([tell] if is_all_told else [repair, settle_entries, tell])
    if failures:
        raise ExceptionGroup("a change of a customer was not followed up", failures)
    return any(repaired)


def _changes_nothing(record: Record) -> bool:
    """Whether the record changes nothing that entitlements follow from: usage, and renewals.

    Snapshots know the periods to come. Whatever else was wrong has a record of its own.
    """
    return keys.is_usage(partition_key(record)) or _is_renewal(record)


def _is_renewal(record: Record) -> bool:
    try:
        write = read_item_write(record)
    except Exception:  # noqa: BLE001 - telling of it fails, too, and says so
        return False
    if write is None or not isinstance(write.old, Subscription) or not isinstance(write.new, Subscription):
        return False
    return is_renewal(write.old, write.new)
