"""Creates an API key in a deployed stack's table: the first one cannot come from an API that asks for a key.

Uses the AWS credentials and region of the environment. Prints the key, which cannot be had again.
"""

from __future__ import annotations

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.api_keys.service.api_keys import create_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.text import checked_text
from parity.core.times import now


def main() -> None:
    parser = argparse.ArgumentParser(description="Create an API key in a deployed stack.")
    parser.add_argument("--table", required=True, help="the stack's TableName output, such as parity-dev")
    parser.add_argument("--kind", choices=[kind.value for kind in ApiKeyKind], default="sk")
    parser.add_argument("--name", default="First key", help="what the key is for")
    arguments = parser.parse_args()
    os.environ["TABLE_NAME"] = arguments.table
    try:
        sys.stdout.write(_create(ApiKeyKind(arguments.kind), checked_text(arguments.name)) + "\n")
    except (BotoCoreError, ClientError, ValueError) as error:
        sys.exit(f"No key was created in {arguments.table}: {error}")


def _create(kind: ApiKeyKind, name: str) -> str:
    _, key = create_api_key(api_key_store(), kind, name, now())
    return key


if __name__ == "__main__":
    main()
