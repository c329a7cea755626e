"""An API Gateway REST API, payload format 1.0, as far as the code behind it can tell."""

from __future__ import annotations

from local.gateway.app import Gateway
from local.gateway.server import OriginalHeaderCase

__all__ = ["Gateway", "OriginalHeaderCase"]
