"""The operations whose cost must not depend on how many customers there are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft, CustomerStatus
from parity.customers.service.changes import create_customer
from parity.customers.service.listing import list_customers
from parity.customers.service.search import search_customers
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from parity.customers.store.search_index import search_index
from parity.entitlements.service.check import check
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.rules.buckets import HOUR, hour_of
from parity.subscriptions.service.transitions import advance_stored
from parity.subscriptions.store.subscriptions import SubscriptionPlace, subscription_store
from tests.support.answers import expect
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.dynamodb.storage import Storage
from tests.support.fakes.functions import call
from tools.measuring.bench.loading import COUNTED, METERED, PLAN, RARE, sample_id
from tools.measuring.usage_events import close_sample_hour, count_records, send_events, to_stream_records

PAGE = 50
DEPTH = 1000
"""The page that a list is continued at, or the last one where there are fewer."""

COMMON = "university"
ACTIVE = CustomerStatus.ACTIVE
MONTH = timedelta(days=31)
SERIAL = count(1)

Work = Callable[[], object]


def operations(storage: Storage, customers: int) -> Iterator[tuple[str, Work]]:
    """What is measured, in an order in which none changes what the next one costs."""
    depth = min(DEPTH, customers // PAGE)
    deep = PageRequest(PAGE, position=storage.find_listed(f"{keys.CUSTOMERS}#", (depth - 1) * PAGE - 1))
    yield "check of all features", partial(_check, sample_id(0))
    yield "list, page 1 of 50", partial(list_customers, customer_store(), ACTIVE, PageRequest(PAGE))
    yield f"list, page {depth:,} of 50, by cursor", partial(list_customers, customer_store(), ACTIVE, deep)
    yield f"search of a common word, `{COMMON}`", partial(_search, COMMON)
    yield f"search of a rare word, `{RARE}`", partial(_search, RARE)
    yield "search of an identifier", partial(_search, sample_id(1))
    yield "create a customer", partial(_create, f"Bench Laboratory {next(SERIAL)}")
    yield "create a subscription", partial(subscribe_at, now(), PLAN, customer_id=sample_id(2))
    yield "renew a subscription", _prepare_renewal()
    yield "report/usage", _prepare_report()
    yield "closing an hour of 4 events", _prepare_closing()


def _check(customer_id: str) -> None:
    found = check(entitlement_store().read_for_check(customer_id), now())
    if not all(entitlement.has_access for entitlement in found):
        sys.exit("access was denied")


def _search(text: str) -> None:
    if not search_customers(customer_store(), search_index(), text, ACTIVE, PageRequest(10)).rows:
        sys.exit(f"nothing was found for {text}")


def _create(name: str) -> str:
    return create_customer(customer_store(), CustomerDraft(name=name), now(), lambda _: None).customer_id


def _prepare_renewal() -> Work:
    customer_id = _create(f"Renewed Laboratory {next(SERIAL)}")
    place = SubscriptionPlace(customer_id, subscribe_at(now() - MONTH, PLAN, customer_id=customer_id))
    return partial(advance_stored, subscription_store(), place, now())


def _prepare_report() -> Work:
    """The counter is there: the first report of a customer makes it."""
    body = {"customerId": sample_id(3), "featureId": METERED, "behaviour": "DELTA", "value": 1}

    def report() -> None:
        expect(call("report/usage", body=body), 200)

    report()
    return report


def _prepare_closing() -> Work:
    """The second hour of a process, which has read the feature for the first one."""
    close_sample_hour(_fill_hour())
    return partial(close_sample_hour, _fill_hour())


def _fill_hour() -> datetime:
    """The hour before the one that was filled last."""
    hour = hour_of(now()) - next(SERIAL) * HOUR
    count_records(to_stream_records(send_events([COUNTED] * 4, hour)))
    return hour
