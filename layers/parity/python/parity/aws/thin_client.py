"""DynamoDB's client with a short way for what goes well (docs/decisions/0073).

Botocore checks, serializes and parses each request by the service's model, which takes most of a check's CPU.
The short way makes the first attempt with JSON as it is, and with botocore's own signer, credentials, HTTP
session and timeouts. If DynamoDB does not answer it with a success, botocore takes over from there: the
attempt is the first of its own, and retries, errors and their classes are as ever.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from zlib import crc32

from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.hooks import HierarchicalEmitter, first_non_none_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel

OPERATIONS = {"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
"""Those in which nothing but binary values differs between JSON and Python."""

OVERRIDDEN = {
    BaseClient: ("_emit_api_params", "_make_api_call", "_resolve_endpoint_ruleset"),
    Endpoint: ("_do_get_response", "_send"),
}
"""Methods of botocore that are not public, and without which there is no short way."""

SUCCESS = 200


class _Route(NamedTuple):
    """Where requests of an operation go, what each of them carries, and what botocore's hooks are told."""

    url: str
    headers: Mapping[str, str]
    context: Mapping[str, Any]


class _AttemptedParameters(dict[str, Any]):
    """The parameters of a request, which carry the outcome of its first attempt through botocore."""

    outcome: AWSResponse | Exception


class _ReplayingEndpoint(Endpoint):
    """Sends nothing: it has the response of an earlier attempt, or its error. Hooks saw these then."""

    def __init__(self, endpoint: Endpoint, outcome: AWSResponse | Exception) -> None:
        vars(self).update(vars(endpoint))
        self._event_emitter = HierarchicalEmitter()
        self._outcome = outcome

    def _send(self, request: AWSPreparedRequest) -> AWSResponse:  # noqa: ARG002 - sent already
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


class _ResumingEndpoint(Endpoint):
    """Botocore's endpoint, which takes a first attempt that has been made for its own."""

    def __init__(self, endpoint: Endpoint) -> None:
        vars(self).update(vars(endpoint))

    def _do_get_response(self, request: Any, operation_model: Any, context: dict[str, Any]) -> Any:  # noqa: ANN401
        attempted = context.pop("first_attempt", None)
        endpoint: Any = _ReplayingEndpoint(self, attempted) if attempted else super()
        return endpoint._do_get_response(request, operation_model, context)  # noqa: SLF001


class ThinClient(BaseClient):
    """A base class that botocore puts before its own when it makes the class of the client."""

    # Botocore's types leave out what is not public.
    _endpoint: Any
    _request_signer: Any
    _resolve_endpoint_ruleset: Any
    _service_model: Any
    _user_agent_creator: Any

    def __init__(self, *settings: Any, **more: Any) -> None:  # noqa: ANN401 - as botocore hands them on
        super().__init__(*settings, **more)
        self._endpoint = _ResumingEndpoint(self._endpoint)
        self._routes: dict[str, _Route] = {}

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:  # noqa: ANN401
        make_full_call = super()._make_api_call  # type: ignore[misc]
        if operation_name not in OPERATIONS:
            return make_full_call(operation_name, api_params)
        model = self._service_model.operation_model(operation_name)
        context: dict[str, Any] = {}
        parameters = _AttemptedParameters(self._emit_api_params(api_params, model, context))
        try:
            request = self._sign_request(model, parameters)
        except Exception:  # noqa: BLE001 - nothing has been sent: botocore says what is wrong
            return make_full_call(operation_name, api_params)
        parameters.outcome = self._try_to_send(model, request)
        parsed = _parse_success(parameters.outcome)
        if parsed is None:
            return make_full_call(operation_name, parameters)
        self._tell_success(model, parameters.outcome, parsed, context)
        return parsed

    def _sign_request(self, model: OperationModel, parameters: Mapping[str, Any]) -> AWSPreparedRequest:
        """The request with the parameters as JSON. Whatever it raises, nothing has been sent."""
        route = self._routes.get(model.name) or self._find_route(model, parameters)
        body = json.dumps(parameters, default=_encode_binary).encode()
        request = AWSRequest("POST", route.url, data=body)
        request.headers = cast("Any", {**route.headers})  # botocore's own headers are e-mail's, and slow
        request.context = {**route.context}
        self._request_signer.sign(model.name, request)
        headers: Any = {name: value.encode() for name, value in request.headers.items()}
        return AWSPreparedRequest("POST", route.url, headers, body, stream_output=False)

    def _find_route(self, model: OperationModel, parameters: Mapping[str, Any]) -> _Route:
        """Asks botocore's endpoint rules once per operation: the table's name changes nothing in them."""
        context = {
            "client_region": self.meta.region_name,
            "client_config": self.meta.config,
            "auth_type": model.resolved_auth_type,
        }
        url, headers, _ = self._resolve_endpoint_ruleset(model, parameters, context)
        headers = {
            "X-Amz-Target": f"{model.metadata['targetPrefix']}.{model.name}",
            "Content-Type": f"application/x-amz-json-{model.metadata['jsonVersion']}",
            "User-Agent": self._user_agent_creator.to_string(),
            **headers,
        }
        self._routes[model.name] = route = _Route(f"{url.rstrip('/')}/", headers, context)
        return route

    def _try_to_send(self, model: OperationModel, request: AWSPreparedRequest) -> AWSResponse | Exception:
        try:
            answers = self.meta.events.emit(f"before-send.dynamodb.{model.name}", request=request)
            answer: AWSResponse = first_non_none_response(answers) or self._endpoint._send(request)  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 - botocore decides what it means
            return error
        return answer

    def _tell_success(self, model: OperationModel, answer: Any, parsed: Any, context: Any) -> None:  # noqa: ANN401
        """Botocore's hooks count successes: each one pays for a later retry."""
        event = f"after-call.dynamodb.{model.name}"
        self.meta.events.emit(event, http_response=answer, parsed=parsed, model=model, context=context)

    def _emit_api_params(
        self, api_params: dict[str, Any], operation_model: OperationModel, context: dict[str, Any]
    ) -> dict[str, Any]:
        """Botocore's hooks see the parameters before the first attempt only."""
        if not isinstance(api_params, _AttemptedParameters):
            return super()._emit_api_params(api_params, operation_model, context)  # type: ignore[misc,no-any-return]
        context["first_attempt"] = api_params.outcome
        return api_params


def put_thin_client_first(**event: Any) -> None:  # noqa: ANN401
    """Makes `ThinClient` the first base class of a client, at botocore's event `creating-client-class`.

    Lambda brings a botocore of its own. If that lacks a method in OVERRIDDEN, the client is botocore's own.
    """
    if all(hasattr(owner, name) for owner, names in OVERRIDDEN.items() for name in names):
        event["base_classes"].insert(0, ThinClient)


def _parse_success(outcome: AWSResponse | Exception) -> Any:  # noqa: ANN401
    """The body of a successful answer that is whole; None for every other outcome."""
    if isinstance(outcome, Exception) or outcome.status_code != SUCCESS:
        return None
    checksum = outcome.headers.get("x-amz-crc32")
    if checksum not in (None, str(crc32(outcome.content))):
        return None
    try:
        parsed = json.loads(outcome.content, object_hook=_decode_binary)
    except ValueError:
        return None
    request_id = outcome.headers.get("x-amzn-requestid", "")
    metadata = {"RequestId": request_id, "HTTPStatusCode": SUCCESS, "RetryAttempts": 0}
    return {**parsed, "ResponseMetadata": metadata}


def _encode_binary(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value)} does not go into a request")


def _decode_binary(value: dict[str, Any]) -> dict[str, Any]:
    """Binary values are text in JSON. An attribute that is named `B` holds no text, but a typed value."""
    text = value.get("B")
    return {"B": b64decode(text)} if isinstance(text, str) else value
