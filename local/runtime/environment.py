"""The environment of a function: the variables of the template and of Lambda, none of the developer's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from local.model import ACCOUNT_ID, REGION, Function

_ALWAYS = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "LANG": "en_US.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TZ": ":UTC",
    # Lambda's code folder is read-only. Here, a .pyc of the same second would hide an edit of the same size.
    "PYTHONDONTWRITEBYTECODE": "1",
    # Lambda has no such files. The developer's own must not reach the functions.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def function_environment(
    function: Function, *, runtime_api: str, stream: str, services: Mapping[str, str]
) -> dict[str, str]:
    """All variables of one process: `services` has the URLs of AWS, `stream` names the process in logs."""
    return {
        **_ALWAYS,
        **services,
        **function.environment,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group or f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "LAMBDA_TASK_ROOT": str(function.code),
        "PYTHONPATH": os.pathsep.join(map(str, (function.code, *function.layers))),
        "_HANDLER": function.handler,
    }
