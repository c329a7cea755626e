"""The resolver and the Lambda handler of an operation: `app = api()` and `handler = entrypoint(app)`.

The resolver is Powertools' own. In a built layer it is what was made of that when the layer was built
(docs/decisions/0076).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failed_request
from parity.core.actors import acting_as
from parity.core.errors import ParityError
from parity.http.bodies import JSON, RequestRefusedError
from parity.http.callers import actor_of
from parity.http.declarations import IS_COMPILED
from parity.http.error_answers import to_gateway
from parity.http.headers import common_headers
from parity.http.problem import CONTENT_TYPE, INTERNAL_ERROR, problem_from_error, with_request_id

if TYPE_CHECKING or not IS_COMPILED:
    from parity.http.resolver import answer_request, api
else:
    from parity.http.compiled_operation import answer_request, api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.http.bodies import BodyReader

    Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

__all__ = ["api", "entrypoint"]


def entrypoint(app: APIGatewayRestResolver, accepts: Mapping[str, BodyReader] = JSON) -> Handler:
    """The Lambda handler around a resolver. It reads the body before the resolver, and never raises.

    `accepts` maps each content type that the operation accepts to the function that reads it.
    """

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        with acting_as(actor_of(event)):
            return _finish(_answer(app, accepts, event, context), event)

    return handler


def _answer(
    app: APIGatewayRestResolver,
    accepts: Mapping[str, BodyReader],
    event: dict[str, Any],
    context: LambdaContext,
) -> dict[str, Any]:
    try:
        return answer_request(app, event, accepts, context)
    except RequestRefusedError as refused:
        return to_gateway(refused.problem)
    except ParityError as error:
        return to_gateway(problem_from_error(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a clean answer and a trace in the log
        log_failed_request(event, error)
        return to_gateway(INTERNAL_ERROR)


def _finish(answer: dict[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with what every answer carries. The resolver makes problems without the request's id."""
    headers = answer.setdefault("multiValueHeaders", {})
    headers |= {name: [value] for name, value in common_headers(event).items()}
    if headers.get("Content-Type") == [CONTENT_TYPE]:
        answer["body"] = with_request_id(answer["body"], event)
    return answer
