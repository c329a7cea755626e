"""A customer's activity as it goes over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from parity.activity.rules.changes import ChangeKind
from parity.activity.rules.entries import describe_entry
from parity.core.actors import ActorKind
from parity.http.declarations import Field, Query
from parity.http.models import ResponseModel, Timestamp
from parity.http.paging import PageModel

if TYPE_CHECKING:
    from typing import Self

    from parity.activity.rules.entries import Entry

KindFilter = Annotated[ChangeKind | None, Query(description="Only changes of this kind.")]


class ActorModel(ResponseModel):
    """Who made a change: a caller with an API key, a person who is signed in, or Parity itself.

    A key's `name` is how it begins and ends; a person has an `id`, too. `schedule` is time that passed,
    `migration` the publication of a plan's version, and `usage` a threshold that usage reached.
    """

    kind: ActorKind
    name: str | None
    id: str | None


class AttributeChangeModel(ResponseModel):
    """An attribute by its name in the API; null where there is no such value."""

    attribute: str
    old: Any
    new: Any


class ActivityEntryModel(ResponseModel):
    """A change of a customer, or of what the customer has.

    `id` is the same wherever the change is told. With `redacted`, the customer was erased since, and the
    values that told who it was are gone.
    """

    id: str
    customer_id: str
    kind: ChangeKind
    occurred_on: Timestamp
    actor: Annotated[
        ActorModel | None,
        Field(
            description="Who made the change; null for what an earlier release wrote, which did not keep it."
        ),
    ]
    subscription_id: str | None
    feature_id: str | None
    grant_id: str | None
    changes: list[AttributeChangeModel]
    redacted: bool

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(describe_entry(entry))


ActivityEntryPage = PageModel[ActivityEntryModel]
