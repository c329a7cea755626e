"""`python -m local`: runs Parity on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import LocalCloud
from local.dashboard_build import watch_dashboard
from local.engine import EngineError
from local.event_sources.filters import PatternError
from local.runtime import RuntimeMissingError
from local.seed.demo import DATA_SETS, DemoError
from local.server import ServerError
from local.stack import TemplateError
from local.state_folder import DEFAULT_PORT, StateError

ROOT = Path(__file__).parent.parent

EXPECTED_ERRORS = (
    TemplateError,
    StateError,
    RuntimeMissingError,
    EngineError,
    ServerError,
    DemoError,
    PatternError,
    BotoCoreError,
    ClientError,
)
"""Errors that a person can do something about: their text is printed without a traceback."""

READY = """
Parity is running.

  Dashboard  {url}/
  API        {url}/api/v1
  Docs       {url}/docs
  Clock      {url}/local/clock
  Key        {key}

  curl -H 'Authorization: Bearer {key}' '{url}/api/v1/customers'

  curl -d '{{"advance": "P1M"}}' '{url}/local/clock'

Ctrl-C stops it."""


def main() -> int:
    options = _parse_options()
    _end_on_signals()
    _forget_aws_profiles()
    cloud = LocalCloud(
        ROOT,
        port=options.port,
        demo=options.demo,
        engine_url=os.environ.get("PARITY_ENGINE_URL"),
        data=options.data,
        prints_webhooks=options.webhooks == "print",
    )
    try:
        with cloud, closing(watch_dashboard(ROOT, cloud.report)):
            print(READY.format(url=cloud.url, key=cloud.server_key), flush=True)
            cloud.wait()
    except EXPECTED_ERRORS as error:
        print(f"! {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 1 if cloud.failed else 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="Run Parity on this machine.")
    port = os.environ.get("PORT") or DEFAULT_PORT
    parser.add_argument("--port", type=int, default=port, help=f"PORT; {DEFAULT_PORT} if not given")
    demo = os.environ.get("DEMO") or "small"
    sets = [*DATA_SETS, "none"]
    parser.add_argument("--demo", default=demo, help=f"DEMO; {', '.join(sets)}; small if not given")
    parser.add_argument(
        "--data",
        type=_read_folder,
        default=os.environ.get("DATA") or None,
        help="DATA; a folder that keeps it",
    )
    webhooks = os.environ.get("WEBHOOKS") or "none"
    parser.add_argument("--webhooks", default=webhooks, help="WEBHOOKS; print, or none if not given")
    options = parser.parse_args()
    if options.demo not in sets:
        parser.error(f"there is no demo data called {options.demo}; choose {', '.join(sets)}")
    if options.webhooks not in {"print", "none"}:
        parser.error(f"webhooks can be print or none, and not {options.webhooks}")
    if options.data and os.environ.get("PARITY_ENGINE_URL"):
        parser.error("DATA and PARITY_ENGINE_URL name an engine each; leave one of them out")
    return options


def _read_folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _end_on_signals() -> None:
    """Let Ctrl-C and SIGTERM close the cloud; a second signal does not interrupt that."""

    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _forget_aws_profiles() -> None:
    """Ignore the developer's AWS settings, because boto3 fails on a profile that does not exist."""
    os.environ.pop("AWS_PROFILE", None)
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


if __name__ == "__main__":
    sys.exit(main())
