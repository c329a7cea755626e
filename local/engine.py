"""The database engine: a child process, or any other with DynamoDB's API at a given address."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.model import REGION
from local.runtime import children

START_SECONDS = 30
SERVICES = "dynamodb,dynamodbstreams,events,sqs"
"""What the functions use, as MiniStack names it."""


class EngineError(Exception):
    """The engine cannot be used; its text is one sentence."""


class Engine:
    """A running engine at `url`; `close` stops an engine that `start` has started."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self._process = process
        self._probe = self.client("dynamodb")
        self._closed = False

    @classmethod
    def at(cls, url: str) -> Engine:
        """Use an engine that runs already; raises EngineError when it does not answer."""
        engine = cls(url)
        if not engine.is_answering():
            raise EngineError(f"No DynamoDB engine answers at {url} (PARITY_ENGINE_URL).")
        return engine

    @classmethod
    def start(cls, python: Path, folder: Path, services: str = SERVICES) -> Engine:
        """Start MiniStack, with its data in memory, by the `python` of its venv. Raises EngineError."""
        if not python.exists():
            raise EngineError(
                f"The database engine is not installed: {python} does not exist; start with `make run`."
            )
        folder.mkdir(parents=True, exist_ok=True)
        port, log = _free_port(), folder / "engine.log"
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "SERVICES": services,
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(folder.resolve()),
        }
        process = children.start(python, "ministack", [], folder=folder, environment=environment, log=log)
        return cls._wait_for(process, port, log)

    @classmethod
    def start_program(cls, program: Path, file: Path, folder: Path) -> Engine:
        """Start dynoxide, with its data in `file`. Raises EngineError."""
        port, log = _free_port(), folder / "table.log"
        arguments = ["--port", str(port), "--db-path", str(file.resolve())]
        process = children.start_program(program, arguments, folder=folder, log=log)
        return cls._wait_for(process, port, log)

    @classmethod
    def _wait_for(cls, process: subprocess.Popen[bytes], port: int, log: Path) -> Engine:
        engine = Engine(f"http://127.0.0.1:{port}", process)
        engine._wait_until_ready(log)
        return engine

    def url_of(self, service: str) -> str:  # noqa: ARG002 - here all of them are at one place
        """Where a service is. It has the name that boto3 knows it by."""
        return self.url

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
        """A client of this engine that never retries.

        `parameter_validation` is off because dynoxide's shard ids are shorter than botocore allows.
        """
        config = Config(
            parameter_validation=False,
            account_id_endpoint_mode="disabled",
            retries={"total_max_attempts": 1},
            connect_timeout=2,
            read_timeout=20,
            max_pool_connections=50,
        )
        return botocore.session.Session().create_client(
            service,
            endpoint_url=self.url_of(service),
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - an engine takes any
            config=config,
        )

    def is_answering(self) -> bool:
        try:
            self._probe.list_tables(Limit=1)
        except (BotoCoreError, ClientError):
            return False
        return True

    def on_exit(self, call: Callable[[str], None]) -> None:
        """Call with one sentence when an engine that `start` has started ends by itself."""
        if self._process:
            threading.Thread(target=self._watch, args=(call,), name="engine-exit", daemon=True).start()

    def close(self) -> None:
        self._closed = True
        if self._process:
            children.stop(self._process)

    def _watch(self, call: Callable[[str], None]) -> None:
        status = self._process.wait() if self._process else 0
        if not self._closed:
            call(f"The database engine stopped by itself with status {status}.")

    def _wait_until_ready(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_answering():
            if self._process and self._process.poll() is not None:
                self._fail(f"The database engine ended with status {self._process.returncode} (see {log}).")
            if time.monotonic() > deadline:
                self._fail(f"The database engine did not answer within {START_SECONDS} s (see {log}).")
            time.sleep(0.1)

    def _fail(self, message: str) -> None:
        self.close()
        raise EngineError(message)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
