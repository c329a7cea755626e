"""Powertools' resolver of one operation, which is what runs wherever no layer was built."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.event_handler.openapi.compat import is_scalar_field
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from parity.aws.failures import log_failed_request
from parity.core.errors import ParityError
from parity.core.idempotency import AlreadyAnsweredError
from parity.http import error_answers, idempotency
from parity.http.problem import INTERNAL_ERROR
from parity.http.query_parameters import with_strict_query
from parity.http.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler.api_gateway import Route
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.http.bodies import BodyReader


def api() -> APIGatewayRestResolver:
    """A new resolver that answers every error as problem+json."""
    app = APIGatewayRestResolver(enable_validation=True)
    app.exception_handler(ParityError)(error_answers.answer_error)
    app.exception_handler(RequestValidationError)(error_answers.answer_invalid_request)
    app.exception_handler(ServiceError)(error_answers.answer_resolver_error)
    app.exception_handler(AlreadyAnsweredError)(idempotency.answer_replay)
    app.exception_handler(Exception)(partial(_answer_failure, app))  # or Powertools logs it, with its message
    return app


def _answer_failure(app: APIGatewayRestResolver, error: Exception) -> Response[str]:
    log_failed_request(app.current_event.raw_event, error)
    return error_answers.to_response(INTERNAL_ERROR)


def answer_request(
    app: APIGatewayRestResolver,
    event: dict[str, Any],
    accepts: Mapping[str, BodyReader],
    context: LambdaContext,
) -> dict[str, Any]:
    """The answer to a gateway event. Raises RequestRefusedError, and InvalidFieldsError for the query."""
    request = Request(_with_known_query(app, event), accepts, context)
    app.context["request"] = request
    return app.resolve(request.event_for_resolver(), context)


def route_of(app: APIGatewayRestResolver) -> Route:
    """The one route of an operation."""
    (route,) = app._static_routes + app._dynamic_routes  # noqa: SLF001 - there is no other way to it
    return route


def _with_known_query(app: APIGatewayRestResolver, event: dict[str, Any]) -> dict[str, Any]:
    """The event with the query parameters that the operation's own signature declares, under their names.

    The resolver itself ignores unknown ones. Raises InvalidFieldsError.
    """
    if not event.get("multiValueQueryStringParameters"):
        return event
    fields = route_of(app).dependant.query_params
    lists = [field.alias for field in fields if not is_scalar_field(field)]
    return with_strict_query(event, [field.alias for field in fields], lists)
