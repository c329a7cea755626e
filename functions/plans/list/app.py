"""GET /api/v1/catalog/plans: lists and searches plans."""

from __future__ import annotations

from parity.catalog.api.parameters import CATALOG_PAGE_SIZE, IS_ARCHIVED, CatalogSearch, CatalogStatus
from parity.catalog.api.plans import PlanModel, PlanPage, SoldFeature
from parity.catalog.service.listing import list_plans
from parity.catalog.store.plans import plan_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import Cursor, PageNumber, PageSize, Paging

app = api()


@app.get(
    "/api/v1/catalog/plans",
    summary="List or search plans",
    tags=["Plans"],
    operation_id="listPlans",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(  # noqa: PLR0913, PLR0917 - query parameters
    search: CatalogSearch = "",
    status: CatalogStatus = "active",
    feature: SoldFeature = "",
    page: PageNumber = None,
    page_size: PageSize = CATALOG_PAGE_SIZE,
    cursor: Cursor = None,
) -> PlanPage:
    """In the order of their identifiers, each with the name and description of its current version."""
    filters = {"search": search, "status": status, "feature": feature}
    paging = Paging(app.context["request"], filters, page, page_size, cursor)
    archived = IS_ARCHIVED[status]
    found = list_plans(plan_store(), search, feature, paging.page_request(), archived=archived)
    return paging.to_model(found, PlanModel.of)


handler = entrypoint(app)
