"""Which errors are those of AWS, and pass by themselves."""

from __future__ import annotations

import botocore.exceptions as aws_errors

from parity.aws.failures import list_failures
from parity.core.errors import BusyError, OutcomeUnknownError

SERVER_ERROR = 500
OUTAGES = (BusyError, OutcomeUnknownError, aws_errors.ConnectionError, aws_errors.HTTPClientError)


def is_outage(failure: Exception) -> bool:
    """Whether AWS throttled, failed or did not answer; of a group, whether any of its errors says so.

    Then other customers fail as well, and it passes by itself.
    """
    return any(isinstance(error, OUTAGES) or _is_server_error(error) for error in list_failures(failure))


def _is_server_error(error: BaseException) -> bool:
    if not isinstance(error, aws_errors.ClientError):
        return False
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
