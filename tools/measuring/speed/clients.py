"""Sends one request again and again by several connections, in a process of its own.

`python -m tools.measuring.speed.clients HOST PORT CONNECTIONS SECONDS < REQUEST` prints JSON: the
milliseconds of each answer, and how many had another status than 200. It has a socket for each connection and
no HTTP library, so that it takes little of the processors from what it measures.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def main() -> None:
    host, port, connections, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    request = sys.stdin.buffer.read()
    milliseconds: list[float] = []
    refused: list[bytes] = []
    until = time.perf_counter() + seconds

    def send_until_the_end() -> None:
        with socket.create_connection((host, port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (start := time.perf_counter()) < until:
                connection.sendall(request)
                status = _read_status(connection)
                milliseconds.append((time.perf_counter() - start) * 1000)
                if status != b"200":
                    refused.append(status)

    threads = [threading.Thread(target=send_until_the_end) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"milliseconds": milliseconds, "refused": len(refused)}))


def _read_status(connection: socket.socket) -> bytes:
    """The status of an answer that is read to its end."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _receive(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0:
        missing -= len(_receive(connection))
    return head.split(b" ", 2)[1]


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server has hung up")
    return received


if __name__ == "__main__":
    main()
