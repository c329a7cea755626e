from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.gateway.errors import GatewayError
from local.gateway.http.router import Router as HttpRouter
from local.gateway.rest.router import Router as RestRouter
from local.model import HttpRoute, Route

ROUTERS = {
    "rest": RestRouter([Route("GET", "/customers", "list"), Route("GET", "/customers/{customerId}", "get")]),
    "http": HttpRouter(
        [HttpRoute("GET /customers", "list"), HttpRoute("GET /customers/{customerId}", "get")]
    ),
}


@pytest.mark.parametrize("router", ROUTERS.values(), ids=ROUTERS)
@given(path=st.text())
def test_any_text_is_matched_or_refused(router: RestRouter | HttpRouter, path: str) -> None:
    try:
        match = router.match("GET", path)
    except GatewayError:
        return
    assert all(value and "/" not in value for value in match.path_parameters.values())
