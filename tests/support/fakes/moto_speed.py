"""Moto's DynamoDB without what makes it slow: most of the time of the tests of operations went there."""

from __future__ import annotations

import copy
import json
from base64 import b64decode, b64encode
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionContext, ActionResult
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.responses import DynamoHandler

from tests.support.fakes.moto_tables import copy_tables_once, query_partitions, size_items_once

# Modules that moto leaves without types.
DepthFirstTraverser: Any = vars(ast_nodes)["DepthFirstTraverser"]
Node: Any = vars(ast_nodes)["Node"]
UpdateExpressionParser: Any = vars(expressions)["UpdateExpressionParser"]

TARGET = "X-Amz-Target"
JSON_HEADERS = {"Content-Type": "application/x-amz-json-1.0"}

Answer = tuple[int, dict[str, Any], Any]
"""Status, headers and body."""


def speed_up_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    """What handlers see stays the same."""
    copy_tables_once(monkeypatch)
    size_items_once(monkeypatch)
    query_partitions(monkeypatch)
    _leave_out_signatures(monkeypatch)
    _hand_over_requests(monkeypatch)
    _send_results_as_they_are(monkeypatch)
    _parse_updates_once(monkeypatch)
    _take_texts_as_they_are(monkeypatch)


def _leave_out_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks neither at the signature nor at the name of the client."""
    monkeypatch.setattr(RequestSigner, "sign", lambda *_, **__: None)
    monkeypatch.setattr(UserAgentString, "to_string", lambda _: "tests")


def _hand_over_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks for the service of a request among hundreds and makes a request of Werkzeug from it."""
    process = BotocoreStubber.process_request

    def process_request(stubber: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401 - botocore's
        target = request.headers.get(TARGET, b"").decode()
        if target.startswith("DynamoDB_"):
            return _make_handler(request, target).call_action()
        return process(stubber, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", process_request)
    find_methods = vars(responses)["method_names_from_class"]
    monkeypatch.setattr(responses, "method_names_from_class", cache(find_methods))
    monkeypatch.setattr(responses, "gen_amzn_requestid_long", lambda _: "")


def _make_handler(request: Any, target: str) -> DynamoHandler:  # noqa: ANN401
    """A handler that has read its request."""
    handler = DynamoHandler()
    region = handler.region_regex.search(request.url)
    handler.region = region["region"] if region else handler.default_region
    handler.current_account = DEFAULT_ACCOUNT_ID
    handler.headers = {TARGET: target, **JSON_HEADERS}
    handler.querystring, handler.response_headers = {}, {}
    has_binary = b'"B"' in request.body
    handler.params = json.loads(request.body, object_hook=_decode_binary if has_binary else None)
    return handler


def _decode_binary(value: dict[str, Any]) -> dict[str, Any]:
    """Binary values are base64 on the way. `B` may also be the name of an attribute, which has a map."""
    return {"B": b64decode(value["B"])} if isinstance(value.get("B"), str) else value


def _send_results_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks for each member that an answer may have, in several spellings of its name."""
    execute = ActionResult.execute_result

    def execute_result(result: ActionResult, context: ActionContext) -> Answer:
        if context.service_model.service_name == "dynamodb" and isinstance(result.result, dict):
            return 200, {**JSON_HEADERS}, json.dumps(result.result, default=_to_json)
        answer: Answer = execute(result, context)
        return answer

    monkeypatch.setattr(ActionResult, "execute_result", execute_result)


def _to_json(value: bytes | datetime) -> str | float:
    return b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()


def _parse_updates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto parses an expression twice per update. It changes only copies of what it has parsed."""
    monkeypatch.setattr(UpdateExpressionParser, "make", cache(UpdateExpressionParser.make))
    find = DepthFirstTraverser.nodes_to_be_processed
    kinds: dict[type, tuple[type, ...]] = {}

    def nodes_to_be_processed(traverser: object) -> tuple[type, ...]:
        if type(traverser) not in kinds:
            kinds[type(traverser)] = find(traverser)
        return kinds[type(traverser)]

    monkeypatch.setattr(DepthFirstTraverser, "nodes_to_be_processed", nodes_to_be_processed)
    monkeypatch.setattr(Node, "__deepcopy__", _copy_node, raising=False)


def _copy_node(node: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401
    """Part of an expression: its children are parts, texts or values."""
    copied = copy.copy(node)
    copied.children = copy.deepcopy(node.children, memo)
    for child in copied.children or ():
        if isinstance(child, Node):
            child.set_parent(copied)
    return copied


def _take_texts_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto asks for six types before it takes a text as it is. Most values and all keys are texts."""
    cast = vars(DynamoType)["cast_value"].fget

    def cast_value(value: DynamoType) -> Any:  # noqa: ANN401
        return value.value if value.type == "S" else cast(value)

    monkeypatch.setattr(DynamoType, "cast_value", property(cast_value))
