"""A client of AWS's library whose requests go to the double. Its retries are the library's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

from parity.aws.clients import new_client
from tests.support.fakes.clients import ENDPOINT, RawBody
from tests.support.fakes.dynamodb.errors import RefusedError
from tests.support.fakes.dynamodb.table import DynamoDouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OK, BAD_REQUEST = 200, 400


def connect(double: DynamoDouble) -> DynamoDBClient:
    client = new_client("dynamodb", region_name="us-east-1", signature_version=UNSIGNED)

    def before_send(request: Any, event_name: str, **_: object) -> AWSResponse:  # noqa: ANN401 - botocore's
        return _answer(double, event_name.rpartition(".")[2], json.loads(request.body))

    client.meta.events.unregister("before-send", botocore_stubber)  # moto's, which would be asked before
    client.meta.events.register("before-send.dynamodb", before_send)
    return cast("DynamoDBClient", client)


def _answer(double: DynamoDouble, operation: str, request: dict[str, Any]) -> AWSResponse:
    try:
        status, body = OK, double.handle(operation, request)
    except RefusedError as error:
        status, body = BAD_REQUEST, error.to_json()
    return AWSResponse(ENDPOINT, status, HTTPHeaders(), RawBody(json.dumps(body).encode()))
