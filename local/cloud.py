"""The local cloud: the engine, the running stack, the HTTP server, API keys and demo data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from local.clock import ClockPage
from local.console import Console
from local.dashboard_page import DashboardPage
from local.docs_page import DocsPage, Site
from local.durable_engine import start_engine
from local.engine import Engine
from local.env_files import write_env, write_sam_env
from local.local_stack import load_local_stack
from local.model import Stack
from local.reload import Reloader, Watcher
from local.running_stack import EDGE_BASE_PATH, RunningStack
from local.seed.demo import load_demo
from local.seed.keys import find_or_create_keys
from local.seed.unpaid import subscribe_unpaid
from local.server import Server
from local.sign_in import SignIn
from local.state_folder import claim_folder, find_state_folder
from local.webhooks_page import WebhooksPage, subscribe_printer


class LocalCloud:
    """A context manager: inside of it the cloud is ready, and after it no process of the cloud is left.

    `url` is its address without a path, `server_key` and `client_key` are API keys. Raises TemplateError,
    StateError, RuntimeMissingError, EngineError, ServerError, DemoError or PatternError, each with one
    sentence for a person.
    """

    def __init__(  # noqa: PLR0913 - all but the first are named
        self,
        root: Path,
        *,
        port: int = 0,
        quiet: bool = False,
        demo: str = "none",
        engine_url: str | None = None,
        python: Path | None = None,
        engine_python: Path | None = None,
        state: Path | None = None,
        data: Path | None = None,
        parameters: Mapping[str, str] = MappingProxyType({}),
        sign_in: SignIn | None = None,
        prints_webhooks: bool = False,
    ) -> None:
        """`python` runs the functions and `engine_python` the engine, each from its own venv.

        `parameters` replace defaults of the template. `state` is the folder for logs, failures and
        the files `env` and `sam.json`, by default one for each port. Port 0 is any free port.
        `data` is the folder that keeps what is in the table; without it, that is lost at the end.
        With `sign_in` the dashboard asks people to sign in, and gets no key.
        """
        self.failed = False
        self._root = root
        self._port = port
        self._demo = demo
        self._engine_url = engine_url
        self._python = python or root / ".venvs/runtime/bin/python"
        self._engine_python = engine_python or root / ".venvs/engine/bin/python"
        self._state = state or find_state_folder(root, port)
        self._data = data
        self._parameters = parameters
        self._sign_in = sign_in
        self._prints_webhooks = prints_webhooks
        self._console = Console(quiet=quiet)
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            self._start(exits)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def edge_url(self) -> str:
        """Where the HTTP API is. Without one the REST API serves its paths."""
        return f"{self.url}/{EDGE_BASE_PATH}" if self._running.has_edge else self.url

    @property
    def server_key(self) -> str:
        return self._keys.server

    @property
    def client_key(self) -> str:
        return self._keys.client

    def report(self, sentence: str) -> None:
        """Print a sentence to standard error."""
        self._console.report(sentence)

    def wait_for_deliveries(self) -> None:
        """Wait until streams and queues have nothing to deliver."""
        self._running.wait_for_deliveries()

    def wait(self) -> None:
        """Return when the engine has ended by itself; then `failed` is true."""
        self._stopped.wait()

    def _start(self, exits: ExitStack) -> None:
        """Start the parts from the engine to the watcher; `exits` closes them in the opposite order."""
        stack = load_local_stack(self._root, self._parameters, self._sign_in)
        exits.enter_context(claim_folder(self._state, "PORT"))
        if self._data:
            exits.enter_context(claim_folder(self._data, "DATA"))
        engine = self._start_engine()
        exits.callback(engine.close)
        self._running = RunningStack(
            engine, python=self._python, state=self._state, report=self._console.report, data=self._data
        )
        exits.callback(self._running.close)
        self._running.apply(stack)
        self._print_summary(stack)
        database, table = engine.client("dynamodb"), stack.tables[0].name
        self._keys = find_or_create_keys(database, table, self._data and self._data / "keys.json")
        self._start_server()
        exits.callback(self._server.close)
        exits.callback(self._running.mover.request_stop)
        self._write_env_files(stack, engine, exits)
        exits.callback(self._start_watcher().close)
        if self._prints_webhooks:
            subscribe_printer(self.url, self.server_key)
        self._load_demo(partial(subscribe_unpaid, database, table))

    def _start_engine(self) -> Engine:
        folder = self._state / "engine"
        engine = start_engine(self._root, self._engine_python, folder, url=self._engine_url, data=self._data)
        engine.on_exit(self._fail)
        self._console.print_step("engine", engine.url)
        return engine

    def _fail(self, sentence: str) -> None:
        self._console.report(sentence)
        self.failed = True
        self._stopped.set()

    def _print_summary(self, stack: Stack) -> None:
        self._console.print_step("table", ", ".join(table.name for table in stack.tables))
        self._console.print_step(
            "functions", f"{len(stack.functions)}, their output in {self._state / 'logs'}"
        )

    def _start_server(self) -> None:
        docs = DocsPage(self._root / "docs/openapi.json")
        clock = ClockPage(self._running.clock, self._running.mover)
        keys = {"admin": self._keys.server, "read": self._keys.reader}
        dashboard = DashboardPage(self._root / "dashboard/dist", keys, self._sign_in)
        webhooks = WebhooksPage(lambda line: self._console.print_step("webhook", line))
        self._server = Server(Site([docs, clock, webhooks, dashboard], self._running), self._port)
        self._server.start()

    def _write_env_files(self, stack: Stack, engine: Engine, exits: ExitStack) -> None:
        """Write the files that name this cloud, which end with it."""
        env, sam = self._state / "env", self._state / "sam.json"
        variables = {
            "PARITY_URL": self.url,
            "PARITY_EDGE_URL": self.edge_url,
            "PARITY_SERVER_KEY": self.server_key,
            "PARITY_CLIENT_KEY": self.client_key,
        }
        write_env(env, variables)
        self._console.print_step("variables", str(env))
        exits.callback(env.unlink, missing_ok=True)
        write_sam_env(sam, stack.functions.values(), engine.url)
        exits.callback(sam.unlink, missing_ok=True)

    def _start_watcher(self) -> Watcher:
        load = partial(load_local_stack, self._root, self._parameters, self._sign_in)
        reloader = Reloader(load, self._running.apply, self._console.report)
        sources = ("functions", "layers/parity", "template.yaml")
        watcher = Watcher([self._root / source for source in sources], reloader.reload)
        watcher.start()
        return watcher

    def _load_demo(self, subscribe_unpaid: Callable[[str], None]) -> None:
        loaded = self._data and self._data / "demo"
        if self._demo == "none" or (loaded and loaded.exists()):
            return
        progress = self._console.show_progress
        for refusal in load_demo(self.url, self.server_key, self._demo, progress, subscribe_unpaid):
            self._console.report(f"The import refused {refusal}")
        if loaded:
            loaded.write_text(self._demo + "\n", encoding="utf-8")
