"""Entries of a customer's activity: what is kept of a change, and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from parity.activity.rules.attributes import PERSONAL
from parity.core.times import to_iso
from parity.entitlements.rules.overrides import Override
from parity.subscriptions.rules.subscriptions import Subscription
from parity.usage.rules.alerts import RecordedAlert
from parity.usage.rules.resets import UsageReset

if TYPE_CHECKING:
    from datetime import datetime

    from parity.activity.rules.attributes import AttributeChange, Subject
    from parity.activity.rules.changes import Change, ChangeKind
    from parity.core.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectIds:
    """What of the customer a change is about; all None where it is the customer itself."""

    subscription_id: str | None = None
    feature_id: str | None = None
    grant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`is_redacted` where the customer was erased since, and values that told who it was are gone."""

    id: str
    customer_id: str
    kind: ChangeKind
    at: datetime
    by: Actor | None
    about: SubjectIds
    attributes: tuple[AttributeChange, ...]
    is_redacted: bool = False

    @property
    def personal(self) -> tuple[AttributeChange, ...]:
        """The attributes that go with the customer's erasure."""
        return tuple(each for each in self.attributes if is_personal(self.about, each))

    def without_personal(self) -> Entry:
        kept = tuple(each for each in self.attributes if not is_personal(self.about, each))
        if kept == self.attributes:
            return self
        return replace(self, attributes=kept, is_redacted=True)


def is_personal(about: SubjectIds, attribute: AttributeChange) -> bool:
    """Whether the attribute is one of the customer itself that erasing removes."""
    return about == SubjectIds() and attribute.name in PERSONAL


def describe_entry(entry: Entry) -> dict[str, Any]:
    """The entry as JSON: in answers, and as the detail of an event."""
    by = entry.by
    return {
        "id": entry.id,
        "customerId": entry.customer_id,
        "kind": entry.kind.value,
        "occurredOn": to_iso(entry.at),
        "actor": {"kind": by.kind.value, "name": by.name, "id": by.id} if by else None,
        "subscriptionId": entry.about.subscription_id,
        "featureId": entry.about.feature_id,
        "grantId": entry.about.grant_id,
        "changes": [{"attribute": name, "old": old, "new": new} for name, old, new in entry.attributes],
        "redacted": entry.is_redacted,
    }


def entry_of(change: Change) -> Entry:
    return Entry(
        id=change.id,
        customer_id=change.customer_id,
        kind=change.kind,
        at=change.at,
        by=change.by,
        about=_find_ids(change.subject),
        attributes=change.attributes,
    )


@singledispatch
def _find_ids(_: Subject) -> SubjectIds:
    return SubjectIds()


@_find_ids.register
def _(subscription: Subscription) -> SubjectIds:
    return SubjectIds(subscription_id=subscription.id)


@_find_ids.register
def _(override: Override) -> SubjectIds:
    return SubjectIds(feature_id=override.feature, grant_id=override.id if override.is_grant else None)


@_find_ids.register
def _(reset: UsageReset) -> SubjectIds:
    return SubjectIds(feature_id=reset.feature)


@_find_ids.register
def _(recorded: RecordedAlert) -> SubjectIds:
    return SubjectIds(subscription_id=recorded.alert.subscription_id, feature_id=recorded.alert.feature)
