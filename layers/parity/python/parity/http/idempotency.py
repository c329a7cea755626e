"""The Idempotency-Key header. An answer is kept for 24 hours, in the transaction that has the effect.

Only the answer of a request that had an effect is kept. A refused request changed nothing and can be sent
again (docs/decisions/0028).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.dynamodb.idempotency import idempotency_store
from parity.http.declarations import AfterValidator, Header, Response, WithJsonSchema
from parity.http.idempotency_keys import MAX_KEY_CHARACTERS, NAME, REPLAYED, check_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.event_handler import APIGatewayRestResolver

    from parity.http.requests import Request

Result = TypeVar("Result")

KEY_SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_KEY_CHARACTERS,
    "pattern": "^[!-~](?:[ -~]*[!-~])?$",
}
"""Printable ASCII. What reads a header takes spaces around its value away."""

IdempotencyKey = Annotated[
    Annotated[str, WithJsonSchema(KEY_SCHEMA)] | None,
    Header(
        alias=NAME,
        description="Makes sending the request again safe: the same key and body get the first answer, "
        "for 24 hours. Bodies are the same if they mean the same, in whatever order and notation.",
    ),
    AfterValidator(check_key),
]


class IdempotentRequest:
    """A request that has its effect once per Idempotency-Key; without a key, each time that it is sent.

    Raises AlreadyAnsweredError or IdempotencyKeyReusedError if the key was used before.
    """

    def __init__(self, app: APIGatewayRestResolver, key: str | None) -> None:
        self.request: Request = app.context["request"]
        self.key = key
        if key:
            idempotency_store().check(key, self.request.fingerprint)

    def recorder(self, render: Callable[[Result], Response[Any]]) -> Callable[[Result], AnswerRecord | None]:
        """A function that makes the record to keep from the use case's result; `render` makes the answer.

        The use case calls it within its transaction. It returns None if the request has no key.
        """
        return lambda result: self._record(render(result)) if self.key else None

    def keep_answer(self, response: Response[Any]) -> None:
        """Keeps an answer after the effect, for an effect that is safe to repeat."""
        if self.key:
            idempotency_store().keep(self._record(response))

    def _record(self, response: Response[Any]) -> AnswerRecord:
        headers = {name: str(value) for name, value in response.headers.items()}
        body = response.body.model_dump_json(by_alias=True) if response.body else ""
        answer = Answer(response.status_code, headers, body)
        return AnswerRecord(self.key or "", self.request.fingerprint, answer)


def answer_replay(error: AlreadyAnsweredError) -> Response[str]:
    """The first answer again, with the header that says so."""
    answer = error.answer
    return Response(answer.status, body=answer.body, headers={**answer.headers, **REPLAYED})
