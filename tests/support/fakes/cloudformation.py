"""A CloudFormation that describes one stack, for the tools of deployed stacks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StackDescription(BaseHTTPRequestHandler):
    """Answers every request with the description of the stack, whatever name it asks for."""

    def __init__(self, *request: object, description: str) -> None:
        self._description = description
        super().__init__(*request)  # type: ignore[arg-type]  # the three of a socket server

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self._description.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_stack(outputs: Mapping[str, str], parameters: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Serves the description of a stack with these outputs. Gives what leads AWS clients to it."""
    description = (
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>"
        f"{_list_members('Output', outputs)}{_list_members('Parameter', parameters)}"
        "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )
    handler = partial(StackDescription, description=description)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield {"AWS_ENDPOINT_URL_CLOUDFORMATION": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


def _list_members(kind: str, values: Mapping[str, str]) -> str:
    """As CloudFormation lists them."""
    pairs = (
        f"<member><{kind}Key>{name}</{kind}Key><{kind}Value>{value}</{kind}Value></member>"
        for name, value in values.items()
    )
    return f"<{kind}s>{''.join(pairs)}</{kind}s>"
