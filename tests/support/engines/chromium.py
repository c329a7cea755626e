"""A headless Chromium, driven over its debugging pipe: no driver and no library beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from tests.support.engines.processes import wait_until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READS, WRITES = 3, 4
"""The file descriptors of Chromium's end of the pipe."""


def find_chromium() -> str | None:
    """The path of Chromium, or None when it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One open page. `requested` holds the URLs of all that it has loaded."""

    def __init__(self, commands: BinaryIO, messages: BinaryIO) -> None:
        self._commands = commands
        self._messages = messages
        self._ids = count(1)
        self._session: str | None = None
        self.requested: list[str] = []

    def open(self, url: str) -> None:
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Network.enable")
        self._call("Page.enable")
        self._call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page says
        """The JSON value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Returns as soon as the expression is true in the page."""
        wait_until(lambda: self.evaluate(f"Boolean({expression})"))

    def screenshot(self) -> str:
        """A PNG of all of the page, as base64."""
        image: str = self._call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return image

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._ids)
        command = {"id": number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        self._commands.flush()
        while (message := self._receive()).get("id") != number:
            self._note(message)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Network.requestWillBeSent":
            self.requested.append(event["params"]["request"]["url"])

    def _receive(self) -> dict[str, Any]:
        raw = bytearray()
        while (byte := self._messages.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            raw += byte
        message: dict[str, Any] = json.loads(raw)
        return message


@contextmanager
def open_page(profile: Path) -> Iterator[Page]:
    """Starts a Chromium that keeps its files in `profile`; ends it afterwards."""
    their_commands, commands = os.pipe()
    messages, their_messages = os.pipe()
    process = _start_chromium(profile, their_commands, their_messages)
    os.close(their_commands)
    os.close(their_messages)
    try:
        with os.fdopen(commands, "wb") as writer, os.fdopen(messages, "rb") as reader:
            yield Page(writer, reader)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _start_chromium(profile: Path, commands: int, messages: int) -> int:
    arguments = [
        find_chromium() or NAMES[0],
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--window-size=1280,1600",
        "--remote-debugging-pipe",
        f"--user-data-dir={profile}",
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(profile)}
    quiet = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
    ends = [(os.POSIX_SPAWN_DUP2, commands, READS), (os.POSIX_SPAWN_DUP2, messages, WRITES)]
    return os.posix_spawn(arguments[0], arguments, environment, file_actions=[*ends, quiet])
