"""The HTTP server of the local cloud: uvicorn in a thread, reachable from this machine only."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
import time

import uvicorn

from local.asgi import AsgiApp
from local.gateway import OriginalHeaderCase

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 3
KEEP_ALIVE_SECONDS = 65
"""Longer than clients keep an idle connection. With uvicorn's default of 5 s they use closed connections."""


class ServerError(Exception):
    """The server cannot run; its text is one sentence."""


class Server:
    """Takes its port at once, and serves from `start` to `close`. Port 0 is any free port."""

    def __init__(self, app: AsgiApp, port: int) -> None:
        self._socket = _listen(port)
        config = uvicorn.Config(
            app,
            http=OriginalHeaderCase,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        """Stop after the running requests, or after a few seconds."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


def _listen(port: int) -> socket.socket:
    try:
        listening = socket.create_server((HOST, port), backlog=2048)
        # An answer is written in two parts. With Nagle's algorithm, the second part waits 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except PermissionError as error:
        raise ServerError(
            f"Port {port} needs more rights; choose one from 1024 up with PORT=3001."
        ) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise ServerError(f"Port {port} is in use; choose another with PORT={port + 1}.") from error
    return listening
