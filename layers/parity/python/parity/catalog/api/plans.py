"""Requests and answers about plans (docs/contract.md, "Catalogue")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from parity.catalog.api.parameters import Immutable, Slug
from parity.catalog.rules.migrations import MigrationScope
from parity.catalog.rules.plans import PlanDraft
from parity.core.identifiers import MAX_SLUG_CHARACTERS
from parity.core.numbers import MAX_EXACT_INTEGER
from parity.http.declarations import Field, Query, Response, StrictBool
from parity.http.models import (
    Description,
    Ignored,
    Integer,
    Metadata,
    RequestModel,
    ResponseModel,
    Text,
    Timestamp,
)
from parity.http.paging import PageModel
from parity.http.preconditions import response_with_etag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.catalog.rules.plans import Plan, PlanAtVersion, PlanVersion


SoldFeature = Annotated[
    str,
    Query(
        alias="feature",
        max_length=MAX_SLUG_CHARACTERS,
        description="The identifier of a feature: only plans whose published version gives it.",
    ),
]
MaxPerCustomer = Annotated[
    Integer,
    Field(
        ge=1,
        le=MAX_EXACT_INTEGER,
        description="How many live subscriptions to the plan a customer may have; null is any number. "
        "Belongs to the plan and not to a version: it applies at once.",
    ),
]


class Showcase(RequestModel):
    """Fields with which clients say how a plan is presented. They are accepted and ignored."""

    product: Ignored = None
    is_visible: Ignored = None
    ordering: Ignored = None
    links: Ignored = None
    files: Ignored = None


class PlanCreate(Showcase):
    name: Text
    identifier: Slug | None = None
    description: Description | None = None
    metadata: Metadata | None = None
    max_per_customer: MaxPerCustomer | None = None

    def to_draft(self) -> PlanDraft:
        return PlanDraft(
            name=self.name,
            identifier=self.identifier,
            description=self.description,
            metadata=self.metadata,
            max_per_customer=self.max_per_customer,
        )


class PlanUpdate(Showcase):
    """A field left out stays as it is; null clears it. The name cannot be cleared."""

    identifier: Immutable = None
    name: Annotated[Text, Field(default_factory=str)]
    """`changes` has only the fields that were sent, so the default is never used."""
    description: Description | None = None
    metadata: Metadata | None = None
    max_per_customer: MaxPerCustomer | None = None

    def changes(self) -> Mapping[str, Any]:
        """The fields that were sent, by the names of the attributes of `PlanVersion` and `Plan`."""
        sent = self.model_fields_set - Showcase.__annotations__.keys()
        return {name: getattr(self, name) for name in sent}


class PlanPublish(RequestModel):
    """Whether existing subscribers get the features and the prices of the new version."""

    update_features: StrictBool = False
    update_pricing: StrictBool = False

    def to_scope(self) -> MigrationScope:
        return MigrationScope(features=self.update_features, pricing=self.update_pricing)


class PlanPublished(ResponseModel):
    """`migrating` is true when subscribers are being moved; `/migrations/{version}` shows how far that is."""

    status: Literal["published"] = "published"
    version: int
    migrating: bool


class PlanModel(ResponseModel):
    """A plan with the fields of one of its versions. `isLatest` says that this version is sold."""

    id: str
    identifier: str
    name: str
    description: str | None
    product: None = None
    metadata: dict[str, Any] | None
    max_per_customer: int | None
    details: dict[str, Any]
    version: int
    status: Literal["draft", "published"]
    is_latest: bool
    published_version: int | None
    draft_version: int | None
    is_archived: bool
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, plan: Plan, version: PlanVersion | None = None) -> Self:
        """With the fields of this version; without one, of the plan's current version."""
        texts = version or plan
        number = version.number if version else plan.current
        is_published = version.published_on if version else plan.published
        return cls(
            id=plan.id,
            identifier=plan.identifier,
            name=texts.name,
            description=texts.description,
            metadata=dict(texts.metadata) if texts.metadata is not None else None,
            max_per_customer=plan.max_per_customer,
            details={},
            version=number,
            status="published" if is_published else "draft",
            is_latest=number == plan.published,
            published_version=plan.published,
            draft_version=plan.draft,
            is_archived=plan.archived_on is not None,
            created_on=plan.created_on,
            modified_on=plan.modified_on,
        )


PlanPage = PageModel[PlanModel]


def plan_response(plan_at_version: PlanAtVersion) -> Response[PlanModel]:
    """200 with the plan. The ETag is the plan's own version number, not that of the version shown."""
    return response_with_etag(
        PlanModel.of(plan_at_version.plan, plan_at_version.version), plan_at_version.plan.version
    )


def created_plan_response(plan_at_version: PlanAtVersion) -> Response[PlanModel]:
    """201 with the plan, its ETag and its address."""
    plan = plan_at_version.plan
    location = f"/api/v1/catalog/plans/{plan.identifier}"
    return response_with_etag(PlanModel.of(plan, plan_at_version.version), plan.version, 201, location)


def published_plan_response(scope: MigrationScope, plan_at_version: PlanAtVersion) -> Response[PlanPublished]:
    body = PlanPublished(version=plan_at_version.version.number, migrating=not scope.is_empty)
    return response_with_etag(body, plan_at_version.plan.version)
