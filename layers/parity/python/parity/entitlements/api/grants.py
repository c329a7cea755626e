"""Grants in requests and answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote

from parity.catalog.api.plan_features import check_value
from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.core.periods import Reset, ResetTime
from parity.core.text import MAX_CHARACTERS
from parity.entitlements.api.entries import to_json_number
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.grants import GrantDraft
from parity.entitlements.service.overrides import OverrideDraft
from parity.http.declarations import AfterValidator, Field, Path, Response, WithJsonSchema
from parity.http.models import RequestModel, ResponseModel, Text, Timestamp
from parity.http.moments import Moment

if TYPE_CHECKING:
    from typing import Self

    from parity.entitlements.service.grants import GrantState

JSON = "application/json"

GrantId = Annotated[str, Path(alias="grantId", description="The grant's id."), AfterValidator(unquote)]
GrantReset = Annotated[
    Reset | None,
    Field(description="Null adds to every window of the plans; NEVER is a balance that is used up once."),
]

GrantValue = Annotated[
    Any,
    AfterValidator(partial(check_value, least=1)),
    WithJsonSchema(
        {"anyOf": [{"type": "boolean"}, {"type": "integer", "minimum": 1, "maximum": MAX_EXACT_INTEGER}]}
    ),
]


class GrantCreate(RequestModel):
    """`value` is true for a BOOLEAN feature, else a whole number above 0.

    Without `startsOn`, the grant starts at once; without `expiresOn`, it never expires.
    """

    feature_id: Annotated[
        str, Field(min_length=1, max_length=MAX_CHARACTERS, description="Its identifier, or its id.")
    ]
    value: GrantValue
    reset: GrantReset = None
    reset_time: ResetTime = ResetTime.BEGINNING_OF_PERIOD
    starts_on: Annotated[
        Moment | None, Field(description="Windows that do not follow the calendar are counted from it.")
    ] = None
    expires_on: Moment | None = None
    note: Text | None = None

    def to_draft(self, customer_id: str) -> GrantDraft:
        terms = OverrideDraft(
            kind=SourceKind.GRANT,
            value=self.value,
            reset=self.reset,
            reset_time=self.reset_time,
            note=self.note,
            starts_on=self.starts_on,
            expires_on=self.expires_on,
        )
        return GrantDraft(customer_id, self.feature_id, terms)


class GrantModel(ResponseModel):
    """A grant of a customer. `value` is null where the grant is unlimited.

    `used` and `remaining` are of its present window; null for features that are not METER, for an unlimited
    grant, and while the grant is not in effect.
    """

    grant_id: str
    feature_id: str
    feature_type: FeatureType
    value: int | bool | None
    used: int | float | None
    remaining: int | float | None
    reset: GrantReset
    reset_time: ResetTime
    starts_on: Timestamp
    expires_on: Timestamp | None
    note: str | None
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, state: GrantState) -> Self:
        grant, balance = state.grant, state.balance
        is_switch = grant.feature_type is FeatureType.BOOLEAN
        return cls(
            grant_id=grant.id,
            feature_id=grant.feature,
            feature_type=grant.feature_type,
            value=bool(grant.value) if is_switch else grant.value,
            used=to_json_number(balance.used) if balance else None,
            remaining=to_json_number(balance.remaining) if balance else None,
            reset=grant.reset,
            reset_time=grant.reset_time,
            starts_on=grant.valid_from,
            expires_on=grant.expires_on,
            note=grant.note,
            created_on=grant.created_on,
            modified_on=grant.modified_on,
        )


class GrantList(ResponseModel):
    """All of a customer."""

    count: int
    next: None = None
    previous: None = None
    results: list[GrantModel]


def created_grant_response(state: GrantState) -> Response[GrantModel]:
    return Response(201, JSON, GrantModel.of(state))
