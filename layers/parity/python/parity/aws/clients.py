"""AWS clients that are made quickly, because a function's start waits for them (docs/decisions/0072)."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Any

from parity.aws.botocore_import import Config, Loader, get_session
from parity.aws.thin_client import put_thin_client_first

for library in ("aws_lambda_powertools", "botocore", "urllib3"):
    # At DEBUG they log bodies, keys and tokens. Every function imports this module.
    logging.getLogger(library).setLevel(logging.INFO)


class KnownServices(Loader):
    """Reads the `service_data` of the dependencies layer, and botocore's own where that has nothing."""

    def __init__(self) -> None:
        layer = find_spec("service_data")
        self._layer = tuple(layer.submodule_search_locations or ()) if layer else ()
        super().__init__(extra_search_paths=[*self._layer])

    def is_builtin_path(self, path: str) -> bool:
        """With endpoints of another origin, botocore would leave its endpoint rules. These are its own."""
        return path.startswith(self._layer) or super().is_builtin_path(path)

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - the same for all types
        """Botocore looks through the folders of all its 400 services to check the name of one."""
        return ["dynamodb", "events", "sqs"]


def new_client(service: str, *, attempts: int = 3, **settings: Any) -> Any:  # noqa: ANN401 - made at run time
    """A thread-safe client of one service. It fails early enough for the function to answer its caller."""
    config = Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": attempts},
        **settings,
    )
    return configure_client(service, config)


def configure_client(service: str, config: Config) -> Any:  # noqa: ANN401
    session = get_session()
    session.register_component("data_loader", KnownServices())
    session.register("creating-client-class.dynamodb", put_thin_client_first)
    return session.create_client(service, config=config)
