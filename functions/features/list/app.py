"""GET /api/v1/catalog/features: lists and searches features."""

from __future__ import annotations

from parity.catalog.api.features import FeatureModel, FeaturePage
from parity.catalog.api.parameters import CATALOG_PAGE_SIZE, IS_ARCHIVED, CatalogSearch, CatalogStatus
from parity.catalog.service.listing import list_features
from parity.catalog.store.features import feature_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.http.paging import Cursor, PageNumber, PageSize, Paging

app = api()


@app.get(
    "/api/v1/catalog/features",
    summary="List or search features",
    tags=["Features"],
    operation_id="listFeatures",
    responses=describe_responses(200, "One page.", 400, 404),
)
def list_page(
    search: CatalogSearch = "",
    status: CatalogStatus = "active",
    page: PageNumber = None,
    page_size: PageSize = CATALOG_PAGE_SIZE,
    cursor: Cursor = None,
) -> FeaturePage:
    """In the order of their identifiers."""
    paging = Paging(app.context["request"], {"search": search, "status": status}, page, page_size, cursor)
    found = list_features(feature_store(), search, paging.page_request(), archived=IS_ARCHIVED[status])
    return paging.to_model(found, FeatureModel.of)


handler = entrypoint(app)
