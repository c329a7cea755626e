"""AWS clients that are made quickly, because a function's start waits for them (docs/measurements.md)."""

from __future__ import annotations

import logging
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

for library in ("aws_lambda_powertools", "botocore", "urllib3"):
    # At DEBUG they log bodies, keys and tokens. Every function imports this module.
    logging.getLogger(library).setLevel(logging.INFO)


class KnownServices(Loader):
    """Botocore looks through the folders of all its 400 services to check the name of one."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - the same for all types
        return ["dynamodb", "events", "sqs"]


def new_client(service: str, *, attempts: int = 3, **settings: Any) -> Any:  # noqa: ANN401 - made at run time
    """A thread-safe client of one service. It fails early enough for the function to answer its caller."""
    session = botocore.session.get_session()
    session.register_component("data_loader", KnownServices())
    config = Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": attempts},
        **settings,
    )
    return session.create_client(service, config=config)
