"""The resolver and the Lambda handler of an operation: `app = api()` and `handler = entrypoint(app)`."""

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
from parity.http.bodies import JSON, RequestRefusedError
from parity.http.headers import common_headers
from parity.http.problem import CONTENT_TYPE, INTERNAL_ERROR, problem_from_error, with_request_id
from parity.http.query_parameters import with_strict_query
from parity.http.requests import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.http.bodies import BodyReader

    Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


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


def entrypoint(app: APIGatewayRestResolver, accepts: Mapping[str, BodyReader] = JSON) -> Handler:
    """The Lambda handler around a resolver. It reads the body before the resolver, and never raises.

    `accepts` maps each content type that the operation accepts to the function that reads it.
    """

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return _finish(_answer(app, accepts, event, context), event)

    return handler


def _answer(
    app: APIGatewayRestResolver,
    accepts: Mapping[str, BodyReader],
    event: dict[str, Any],
    context: LambdaContext,
) -> dict[str, Any]:
    try:
        request = Request(_with_known_query(app, event), accepts, context)
        app.context["request"] = request
        return app.resolve(request.event, context)
    except RequestRefusedError as refused:
        return error_answers.to_gateway(refused.problem)
    except ParityError as error:
        return error_answers.to_gateway(problem_from_error(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a clean answer and a trace in the log
        log_failed_request(event, error)
        return error_answers.to_gateway(INTERNAL_ERROR)


def _with_known_query(app: APIGatewayRestResolver, event: dict[str, Any]) -> dict[str, Any]:
    """The event with the query parameters that the operation's own signature declares, under their names.

    The resolver itself ignores unknown ones. Raises InvalidFieldsError.
    """
    if not event.get("multiValueQueryStringParameters"):
        return event
    (route,) = app._static_routes + app._dynamic_routes  # noqa: SLF001 - one operation, and no other way to its signature
    fields = route.dependant.query_params
    lists = [field.alias for field in fields if not is_scalar_field(field)]
    return with_strict_query(event, [field.alias for field in fields], lists)


def _finish(answer: dict[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with what every answer carries. The resolver makes problems without the request's id."""
    headers = answer.setdefault("multiValueHeaders", {})
    headers |= {name: [value] for name, value in common_headers(event).items()}
    if headers.get("Content-Type") == [CONTENT_TYPE]:
        answer["body"] = with_request_id(answer["body"], event)
    return answer
