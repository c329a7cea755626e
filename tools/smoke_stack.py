"""The smoke test of a deployed stack: `make smoke-stack STAGE=dev` (docs/operations.md).

It finds the stack's URLs, and makes an API key that is revoked when the test is over. No key is kept.
Uses the AWS credentials and region of the environment.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.api_keys.service.api_keys import create_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.times import now
from tools.api_client import ApiError
from tools.smoke import run_smoke_test
from tools.stacks import read_outputs


def main() -> None:
    parser = argparse.ArgumentParser(prog="make smoke-stack", description="Try a deployed stack.")
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    stack = parser.parse_args().stack
    try:
        outputs = read_outputs(stack)
        with temporary_key(outputs["TableName"]) as key:
            run_smoke_test(outputs["ApiUrl"], outputs["EdgeUrl"], key, print)
    except (BotoCoreError, ClientError, ApiError) as error:
        sys.exit(f"{stack} does not work: {error}")


@contextmanager
def temporary_key(table: str) -> Iterator[str]:
    """A server key, which is revoked after the block, also when the block fails."""
    os.environ["TABLE_NAME"] = table
    store = api_key_store()
    stored, key = create_api_key(store, ApiKeyKind.SECRET, "Smoke test", now())
    try:
        yield key
    finally:
        store.revoke(stored, now())


if __name__ == "__main__":
    main()
