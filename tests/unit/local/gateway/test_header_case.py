from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import uvicorn

from local.gateway import OriginalHeaderCase, RestGateway
from tests.unit.local.gateway.apis import REST_API
from tests.unit.local.gateway.harness import Event, Functions

CLIENTS = 80


@contextmanager
def serve_on_port(functions: Functions) -> Iterator[int]:
    gateway = RestGateway(REST_API, functions)
    config = uvicorn.Config(gateway, http=OriginalHeaderCase, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
            gateway.close()


def exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_header_names_reach_the_function_as_the_client_wrote_them() -> None:
    functions = Functions()
    with serve_on_port(functions) as port:
        head = b"GET /items HTTP/1.1\r\nhOsT: local\r\nX-mIxEd: 1\r\nConnection: close\r\n\r\n"
        assert exchange(port, head).startswith(b"HTTP/1.1 200")
    assert {"hOsT", "X-mIxEd"} <= set(functions.event["headers"])


def test_each_request_on_one_connection_has_its_own_headers() -> None:
    functions = Functions()
    with serve_on_port(functions) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        client.get("/items", headers={"X-First": "1"})
        client.get("/items/")
    assert [("X-First" in event["headers"]) for _, event in functions.calls] == [True, False]


def test_a_malformed_head_is_a_400() -> None:
    with serve_on_port(Functions()) as port:
        assert exchange(port, b"GET /it ems HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
        assert exchange(port, b"GET items HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
        assert exchange(port, b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000).startswith(b"HTTP/1.1 400")


def test_a_head_without_end_is_a_400_also_after_another_request() -> None:
    with serve_on_port(Functions()) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as it:
        it.sendall(b"GET /items HTTP/1.1\r\nHost: local\r\n\r\n")
        answers = iter(lambda: it.recv(65536), b"")
        while not next(answers).endswith(b"{}"):
            pass
        it.sendall(b"GET /items HTTP/1.1\r\nX: ")
        for _ in range(2):
            time.sleep(0.1)
            it.sendall(b"a" * 50_000)
        assert next(answers).startswith(b"HTTP/1.1 400")


def test_many_functions_run_at_the_same_time() -> None:
    all_running = threading.Barrier(CLIENTS, timeout=20)

    def meet(_: Event) -> dict[str, object]:
        all_running.wait()
        return {"statusCode": 200}

    with serve_on_port(Functions({"items-list": meet})) as port, ThreadPoolExecutor(CLIENTS) as clients:
        url = f"http://127.0.0.1:{port}/items"
        statuses = list(clients.map(lambda _: httpx.get(url, timeout=30).status_code, range(CLIENTS)))
    assert statuses == [200] * CLIENTS
