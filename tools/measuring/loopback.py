"""A server that answers each operation of DynamoDB with a fixed body, in a process of its own.

It costs the process that asks as little as a server can, so that what is measured there is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer


@contextmanager
def serve_answers(bodies: Mapping[str, str]) -> Iterator[str]:
    """The URL of a server that answers each operation with its body."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.json"
        file.write_text(json.dumps(bodies), encoding="utf-8")
        command = [sys.executable, "-m", "tools.measuring.loopback", str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                yield f"http://127.0.0.1:{server.stdout.readline().strip()}"  # type: ignore[union-attr]
            finally:
                server.terminate()


class Connection(StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        while self.rfile.readline():
            headers = dict(self._read_headers())
            self.rfile.read(int(headers["content-length"]))
            self.wfile.write(self.server.answers[headers["x-amz-target"].partition(".")[2]])

    def _read_headers(self) -> list[tuple[str, str]]:
        lines = iter(self.rfile.readline, b"\r\n")
        pairs = (line.decode().strip().partition(": ") for line in lines)
        return [(name.lower(), value) for name, _, value in pairs]


class Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, bodies: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.answers = {operation: _to_answer(body.encode()) for operation, body in bodies.items()}


def _to_answer(body: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Sun, 29 Nov 2026 14:00:00 GMT\r\n"
        "Content-Type: application/x-amz-json-1.0\r\nConnection: keep-alive\r\nx-amzn-RequestId: MEASURE\r\n"
        f"Content-Length: {len(body)}\r\nx-amz-crc32: {zlib.crc32(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    with Server(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
