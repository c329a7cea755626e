"""Errors that API Gateway answers without a function, by their response type.

Types and statuses: "Gateway response types for API Gateway" in the API Gateway developer guide. That page
lists 504 for INTEGRATION_FAILURE; a Lambda function that fails is answered 502 all the same.
"""

from __future__ import annotations

_DEFAULTS: dict[str, tuple[int, str | None]] = {
    "ACCESS_DENIED": (403, "User is not authorized to access this resource"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, None),
    "AUTHORIZER_FAILURE": (500, None),
    "DEFAULT_4XX": (400, "Bad Request"),
    "DEFAULT_5XX": (500, "Internal server error"),
    "INTEGRATION_FAILURE": (502, "Internal server error"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
    "RESOURCE_NOT_FOUND": (404, "Not Found"),
    "UNAUTHORIZED": (401, "Unauthorized"),
}


class GatewayError(Exception):
    """A request that the gateway answers without a function; `response_type` selects the gateway response.

    The client gets `message`, as null when it is None. Only the log gets `reason`.
    """

    def __init__(
        self, response_type: str, *, status: int | None = None, message: str | None = None, reason: str = ""
    ) -> None:
        default_status, default_message = _DEFAULTS[response_type]
        self.response_type = response_type
        self.status = status or default_status
        self.message = message or default_message
        self.reason = reason
        super().__init__(f"{response_type}: {reason or self.message}")
