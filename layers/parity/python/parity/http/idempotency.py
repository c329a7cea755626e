"""The Idempotency-Key header (DESIGN.md section 2): kept for 24 hours, in the transaction of the effect.

Only answers to what had an effect are kept. A refused request changed nothing and may be sent again as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import AfterValidator

from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.dynamodb.idempotency import idempotency_store
from parity.http.idempotency_keys import NAME, REPLAYED, check_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.event_handler import APIGatewayRestResolver

    from parity.http.requests import Request

Result = TypeVar("Result")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=NAME,
        description="Makes sending the request again safe: the same key and body get the first answer, "
        "for 24 hours.",
    ),
    AfterValidator(check_key),
]


class IdempotentRequest:
    """The request of an operation that is carried out once per Idempotency-Key, if it has one.

    Raises AlreadyAnsweredError or IdempotencyKeyReusedError where the key was seen before.
    """

    def __init__(self, app: APIGatewayRestResolver, key: str | None) -> None:
        request: Request = app.context["request"]
        self.key = key
        self.fingerprint = request.fingerprint
        if key:
            idempotency_store().check(key, self.fingerprint)

    def recorder(self, render: Callable[[Result], Response[Any]]) -> Callable[[Result], AnswerRecord | None]:
        """What the use case calls with its result to learn what to keep: the answer that `render` makes."""
        return lambda result: self._record(render(result)) if self.key else None

    def keep_answer(self, response: Response[Any]) -> None:
        """Keeps an answer after the fact: for an effect that is safe to repeat by itself."""
        if self.key:
            idempotency_store().keep(self._record(response))

    def _record(self, response: Response[Any]) -> AnswerRecord:
        headers = {name: str(value) for name, value in response.headers.items()}
        body = response.body.model_dump_json(by_alias=True) if response.body else ""
        return AnswerRecord(self.key or "", self.fingerprint, Answer(response.status_code, headers, body))


def answer_replay(error: AlreadyAnsweredError) -> Response[str]:
    answer = error.answer
    return Response(answer.status, body=answer.body, headers={**answer.headers, **REPLAYED})
