"""HTTP APIs."""

from local.gateway.http.gateway import HttpGateway

__all__ = ["HttpGateway"]
