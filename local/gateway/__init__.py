"""API Gateway as the functions behind it see it: REST APIs (payload 1.0) and HTTP APIs (payload 2.0)."""

from __future__ import annotations

from local.gateway.domain import Domain
from local.gateway.header_case import OriginalHeaderCase
from local.gateway.http import HttpGateway
from local.gateway.rest import RestGateway

__all__ = ["Domain", "HttpGateway", "OriginalHeaderCase", "RestGateway"]
