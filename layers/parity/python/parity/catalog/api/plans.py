"""Plans as they go over the wire (WIRE.md section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StrictBool

from parity.catalog.api.parameters import Immutable, Slug
from parity.catalog.rules.migrations import MigrationScope
from parity.catalog.rules.plans import PlanDraft
from parity.http.models import (
    Description,
    Ignored,
    Metadata,
    RequestModel,
    ResponseModel,
    Text,
    Timestamp,
)
from parity.http.paging import PageModel
from parity.http.preconditions import etag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.catalog.rules.plans import Plan, PlanAtVersion, PlanVersion


class Showcase(RequestModel):
    """How other systems show plans; there is nothing here that it would change."""

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

    def to_draft(self) -> PlanDraft:
        return PlanDraft(
            name=self.name,
            identifier=self.identifier,
            description=self.description,
            metadata=self.metadata,
        )


class PlanUpdate(Showcase):
    """What is left out stays; an explicit null clears a field. A plan always has a name."""

    identifier: Immutable = None
    name: Annotated[Text, Field(default_factory=str)]
    """The default is never used: only what was sent is."""
    description: Description | None = None
    metadata: Metadata | None = None

    def changes(self) -> Mapping[str, Any]:
        """By the names of the version's attributes; only what was sent."""
        sent = self.model_fields_set - Showcase.model_fields.keys()
        return {name: getattr(self, name) for name in sent}


class PlanPublish(RequestModel):
    """Whether those who have the plan already get the new version's features, and its prices."""

    update_features: StrictBool = False
    update_pricing: StrictBool = False

    def to_scope(self) -> MigrationScope:
        return MigrationScope(features=self.update_features, pricing=self.update_pricing)


class PlanPublished(ResponseModel):
    """`migrating` says that `/migrations/{version}` shows how the subscribers are moved."""

    status: Literal["published"] = "published"
    version: int
    migrating: bool


class PlanModel(ResponseModel):
    """A plan as one of its versions shows it; `isLatest` says that it is the one that is sold."""

    id: str
    identifier: str
    name: str
    description: str | None
    product: None = None
    metadata: dict[str, Any] | None
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
        """As its current version shows it, unless another is given."""
        shown = version or plan
        number = version.number if version else plan.current
        is_published = version.published_on if version else plan.published
        return cls(
            id=plan.id,
            identifier=plan.identifier,
            name=shown.name,
            description=shown.description,
            metadata=dict(shown.metadata) if shown.metadata is not None else None,
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


def plan_response(edition: PlanAtVersion) -> Response[PlanModel]:
    """The plan as an answer. The ETag is the plan's own version, whichever of its versions is shown."""
    return _response(edition, 200, {})


def created_plan_response(edition: PlanAtVersion) -> Response[PlanModel]:
    return _response(edition, 201, {"Location": f"/api/v1/catalog/plans/{edition.plan.identifier}"})


def published_plan_response(scope: MigrationScope, edition: PlanAtVersion) -> Response[PlanPublished]:
    body = PlanPublished(version=edition.version.number, migrating=not scope.is_empty)
    return Response(200, "application/json", body, headers={"ETag": etag(edition.plan.version)})


def _response(edition: PlanAtVersion, status: int, headers: Mapping[str, str]) -> Response[PlanModel]:
    return Response(
        status,
        "application/json",
        PlanModel.of(edition.plan, edition.version),
        headers={"ETag": etag(edition.plan.version), **headers},
    )
