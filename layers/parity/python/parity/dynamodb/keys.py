"""Every key of the table and of its indexes. No other module knows what a key looks like.

docs/access-patterns.md shows this table; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

Key = dict[str, str]

LISTING = "listing"
SUBSCRIBERS = "subscribers"
DUE = "due"

FAR_FUTURE = datetime.max.replace(tzinfo=UTC)

COUNT_SHARDS = 16
DUE_SHARDS = 16

PROFILE = "PROFILE"
ENTITLEMENTS = "ENTITLEMENTS"
COUNTER = "ENTITLEMENTS#USED#"
RESERVATION = "ENTITLEMENTS#HELD#"
USAGE_ALERTS = "ALERT#"
REPEATED_USAGE_ALERTS = "ALERT_AGAIN#"
SUBSCRIPTION = "SUBSCRIPTION#"
OVERRIDES = ("OVERRIDE#", "GRANT#")
"""What the sort keys of a customer's items start with."""

PENDING, UNPAID = "PENDING", "UNPAID"
"""The kinds of changes to come."""


def customer(customer_id: str) -> Key:
    return {"PK": f"CUSTOMER#{customer_id}", "SK": PROFILE}


def customer_of(partition_key: str) -> str:
    """The identifier in a customer's partition key."""
    return partition_key.removeprefix("CUSTOMER#")


def is_customer(partition_key: str) -> bool:
    """Whether the items there are a customer's."""
    return partition_key.startswith("CUSTOMER#")


def customer_listing(month: str) -> str:
    """Active customers created in a month (`yyyy-mm`)."""
    return f"CUSTOMERS#{month}"


def archived_customer_listing(month: str) -> str:
    return f"ARCHIVED_CUSTOMERS#{month}"


def listing_position(created_on: str, id: str) -> str:  # noqa: A002
    """Sorts by time of creation; the id breaks ties."""
    return f"{created_on}#{id}"


def search_partition(word: str) -> str:
    """Tokens by their first two characters, and by their first one for searches of one letter."""
    return f"SEARCH#{word[:2]}"


def search_position(token: str, id: str) -> str:  # noqa: A002
    """No token holds a space, so a prefix never reaches into the id."""
    return f"{token} {id}"


def subscription(customer_id: str, subscription_id: str) -> Key:
    return {**customer(customer_id), "SK": f"{SUBSCRIPTION}{subscription_id}"}


def superseded_terms_of(customer_id: str) -> str:
    """A customer's records of replaced terms. Whoever computes entitlements need not read them."""
    return f"CUSTOMER#{customer_id}#HISTORY"


def superseded_terms(customer_id: str, record_id: str) -> Key:
    return {"PK": superseded_terms_of(customer_id), "SK": f"SUPERSEDED#{record_id}"}


def change_to_come(customer_id: str, subscription_id: str, kind: str) -> Key:
    """A pending or an unpaid change of a subscription: its place in the index of subscribers."""
    return {"PK": f"CUSTOMER#{customer_id}#CHANGES", "SK": f"{kind}#{subscription_id}"}


def subscription_pointer(subscription_id: str) -> Key:
    """Names the customer of a subscription, or of a record of replaced terms."""
    return {"PK": f"SUBSCRIPTION#{subscription_id}", "SK": "POINTER"}


def subscription_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the subscription's id."""
    return customer_of(key["PK"]), key["SK"].removeprefix(SUBSCRIPTION)


def subscription_listing(month: str) -> str:
    """Live subscriptions created in a month (`yyyy-mm`)."""
    return f"SUBSCRIPTIONS#{month}"


def ended_subscription_listing(month: str) -> str:
    """Subscriptions that have ended, and records of replaced terms."""
    return f"ENDED_SUBSCRIPTIONS#{month}"


def subscription_months() -> str:
    return "COUNTS#SUBSCRIPTIONS"


def subscription_month(month: str) -> Key:
    return {"PK": subscription_months(), "SK": f"MONTH#{month}"}


def plan_subscribers(plan: str, version: int) -> str:
    """Live subscriptions to one version of a plan, and changes to come to it."""
    return f"PLAN#{plan}#v{version}"


def change_position(subscription_id: str = "", kind: str = "") -> str:
    """Before every live subscription: what a change turns into a subscriber is then still ahead."""
    return f"#{subscription_id}#{kind}" if subscription_id else "#"


def is_change_to_come(key: Key) -> bool:
    return key["PK"].endswith("#CHANGES")


def changed_subscription_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the subscription's id of a change to come."""
    return customer_of(key["PK"]).removesuffix("#CHANGES"), key["SK"].partition("#")[2]


def due_partition(shard: int) -> str:
    """Subscriptions by when their next transition is due."""
    return f"DUE#{shard:02}"


def due_shard(id: str) -> int:  # noqa: A002
    return int(sha256(id.encode()).hexdigest()[:4], 16) % DUE_SHARDS


def due_position(moment: str, subscription_id: str = "") -> str:
    return f"{moment}#{subscription_id}"


def entitlements(customer_id: str) -> Key:
    """The snapshot that checks read."""
    return {**customer(customer_id), "SK": ENTITLEMENTS}


def usage_counter(customer_id: str, feature: str) -> Key:
    """Sorts behind the snapshot, so that one Query reads both."""
    return {**customer(customer_id), "SK": f"{COUNTER}{feature}"}


def counter_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the feature."""
    return customer_of(key["PK"]), key["SK"].removeprefix(COUNTER)


def reservation(customer_id: str, feature: str, id: str) -> Key:  # noqa: A002
    """Usage that is reserved for a while; sorts behind the snapshot, too."""
    return {**customer(customer_id), "SK": f"{RESERVATION}{feature}#{id}"}


def reservations(customer_id: str) -> Key:
    """What the keys of a customer's reservations start with."""
    return {**customer(customer_id), "SK": RESERVATION}


def reservation_of(key: Key) -> tuple[str, str, str]:
    """The customer's identifier, the feature, which holds no `#`, and the reservation's id."""
    feature, _, id_ = key["SK"].removeprefix(RESERVATION).partition("#")
    return customer_of(key["PK"]), feature, id_


def events(customer_id: str, hour: datetime) -> str:
    """Raw events by the hour in which they happened, in UTC; the sort key is the idempotency key."""
    return f"EVENTS#{customer_id}#{hour:%Y-%m-%dT%H}"


def is_events(partition_key: str) -> bool:
    """Whether the items there are raw events."""
    return partition_key.startswith("EVENTS#")


def event_key(customer_id: str, idempotency_key: str) -> Key:
    """The time under which an event's key was first sent. A partition for each key, so that none is hot."""
    digest = sha256(idempotency_key.encode()).hexdigest()
    return {"PK": f"EVENT_KEY#{customer_id}#{digest}", "SK": "FIRST"}


def customer_of_events(partition_key: str) -> str:
    """The customer's identifier, which holds no `#`."""
    return partition_key.split("#")[1]


def usage(customer_id: str, feature: str) -> str:
    """What a customer used of a feature, by time."""
    return f"USAGE#{customer_id}#{feature}"


def usage_of(partition_key: str) -> tuple[str, str]:
    """The customer's identifier and the feature; neither holds a `#`."""
    _, customer_id, feature = partition_key.split("#")
    return customer_id, feature


def usage_hour(hour: datetime) -> str:
    return f"HOUR#{hour:%Y-%m-%dT%H}"


def hour_of(sort_key: str) -> datetime:
    return datetime.strptime(sort_key, "HOUR#%Y-%m-%dT%H").replace(tzinfo=UTC)


def usage_day(day: datetime) -> str:
    return f"DAY#{day:%Y-%m-%d}"


def usage_month(month: datetime) -> str:
    return f"MONTH#{month:%Y-%m}"


def open_day(day: datetime) -> str:
    """Marks a day with hours that are not in the day's and the month's usage yet."""
    return f"OPEN#{day:%Y-%m-%d}"


def is_open_day(sort_key: str) -> bool:
    return sort_key.startswith("OPEN#")


def day_of_open(sort_key: str) -> datetime:
    return datetime.strptime(sort_key, "OPEN#%Y-%m-%d").replace(tzinfo=UTC)


def usage_periods(kind: str) -> str:
    """Windows of a kind that have ended."""
    return f"PERIOD#{kind}#"


def usage_period(kind: str, start: datetime) -> str:
    return f"{usage_periods(kind)}{start:%Y-%m-%dT%H:%M:%S.%f}"


def usage_reset(moment: datetime) -> str:
    return f"RESET#{moment:%Y-%m-%dT%H:%M:%S.%f}"


def usage_alert(end: datetime | None, kind: str = "", threshold: str = "") -> str:
    """A threshold that was reached in a window. Sorts by the window's end, so that open windows are last."""
    return f"{USAGE_ALERTS}{end or FAR_FUTURE:%Y-%m-%dT%H:%M:%S.%f}#{kind}#{threshold}"


def repeated_usage_alert(moment: datetime, version: int, kind: str = "", threshold: str = "") -> str:
    """A threshold that a version of the counter reached again in a window. Sorts by when that was."""
    return f"{REPEATED_USAGE_ALERTS}{moment:%Y-%m-%dT%H:%M:%S.%f}#{version:016}#{kind}#{threshold}"


def due_hours_partition(shard: int) -> str:
    """Hours of usage that are to be closed, and days that are to be rolled up, by when."""
    return f"DUE_HOURS#{shard:02}"


def due_reservations_partition(shard: int) -> str:
    """Reservations by when they expire."""
    return f"DUE_RESERVATIONS#{shard:02}"


def parked_work(customer_id: str, task: str, place: str) -> Key:
    """Work of a stream function that failed for one customer; `place` is a sequence number of the stream."""
    return {"PK": f"PARKED#{customer_id}", "SK": f"{task}#{place}"}


def due_parked_partition(shard: int) -> str:
    """Parked work by when it is tried again."""
    return f"DUE_PARKED#{shard:02}"


def override(customer_id: str, kind: str, feature: str, number: str = "") -> Key:
    """An override or a grant of a feature for one customer; a number tells a feature's grants apart."""
    return {**customer(customer_id), "SK": f"{kind.upper()}#{feature}{number and f'#{number}'}"}


def features() -> str:
    return "FEATURES"


def feature(identifier: str) -> Key:
    return {"PK": features(), "SK": identifier}


def feature_pointer(id: str) -> Key:  # noqa: A002
    """Names the feature with this id."""
    return {"PK": f"FEATURE_ID#{id}", "SK": "POINTER"}


def meters(event_name: str) -> str:
    """Meters that count events of this name, by feature."""
    return f"METERS#{event_name}"


def plans() -> str:
    return "PLANS"


def plan(identifier: str) -> Key:
    """What stays the same across the plan's versions."""
    return {"PK": plans(), "SK": identifier}


def plan_version(identifier: str, number: int) -> Key:
    return {"PK": f"PLAN#{identifier}", "SK": f"VERSION#{number:04}"}


def migration(plan: str, version: int) -> Key:
    """How far the subscribers of older versions have been moved to this one."""
    return {"PK": f"PLAN#{plan}", "SK": f"MIGRATION#{version:04}"}


def running_migrations() -> str:
    return "MIGRATIONS"


def running_migration(plan: str, version: int) -> Key:
    return {"PK": running_migrations(), "SK": f"{plan}#{version:04}"}


def catalog_revision() -> Key:
    """A number that grows when a plan is published or a feature archived (`catalog.store.revision`)."""
    return {"PK": "CATALOG", "SK": "REVISION"}


def customer_counts() -> str:
    return "COUNTS#CUSTOMERS"


def customer_count_shard(shard: int) -> Key:
    return {"PK": customer_counts(), "SK": f"SHARD#{shard:02}"}


def customer_month(month: str) -> Key:
    """Marks a month in which customers were created."""
    return {"PK": customer_counts(), "SK": f"MONTH#{month}"}


def month_of_key(sort_key: str) -> str | None:
    return sort_key.removeprefix("MONTH#") if sort_key.startswith("MONTH#") else None


def idempotency(idempotency_key: str) -> Key:
    """The caller's key is hashed, because it may be something secret."""
    return {"PK": f"IDEMPOTENCY#{sha256(idempotency_key.encode()).hexdigest()}", "SK": "ANSWER"}


def api_keys() -> str:
    return "API_KEYS"


def api_key(digest: str) -> Key:
    return {"PK": api_keys(), "SK": digest}


def signing_keys() -> Key:
    """The secrets that customer tokens are signed with."""
    return {"PK": "SIGNING_KEYS", "SK": "CUSTOMER_TOKENS"}


def month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
