"""REST APIs."""

from local.gateway.rest.gateway import RestGateway

__all__ = ["RestGateway"]
