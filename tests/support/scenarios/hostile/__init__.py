"""The hostile corpus: requests by kind that have to be refused, and what each is refused with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tests.support.fakes.functions import EDGE_OPERATIONS
from tests.support.scenarios.hostile.bodies import list_bodies
from tests.support.scenarios.hostile.csv_files import list_csv_files
from tests.support.scenarios.hostile.cursors import list_cursors
from tests.support.scenarios.hostile.headers import list_headers
from tests.support.scenarios.hostile.hostile_request import HostileRequest
from tests.support.scenarios.hostile.numbers import list_numbers
from tests.support.scenarios.hostile.paths import list_paths
from tests.support.scenarios.hostile.queries import list_queries
from tests.support.scenarios.hostile.sizes import list_sizes
from tests.support.scenarios.hostile.times import list_times
from tests.support.scenarios.hostile.unicode_texts import list_unicode_texts

CORPUS: Mapping[str, Sequence[HostileRequest]] = {
    "body": tuple(list_bodies()),
    "header": tuple(list_headers()),
    "query": tuple(list_queries()),
    "cursor": tuple(list_cursors()),
    "path": tuple(list_paths()),
    "CSV": tuple(list_csv_files()),
    "Unicode": tuple(list_unicode_texts()),
    "size": tuple(list_sizes()),
    "time": tuple(list_times()),
    "number": tuple(list_numbers()),
}


def list_requests_for_edge() -> list[tuple[str, HostileRequest]]:
    """By kind, those that functions of the edge refuse. Its gateway refuses others, in its own form."""
    return [
        (kind, request)
        for kind, requests in CORPUS.items()
        for request in requests
        if request.operation in EDGE_OPERATIONS
        and kind not in {"header", "path"}
        and request.refusal.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ]


def describe_corpus() -> str:
    """A table in Markdown: how many requests of each kind there are, and for how many operations."""
    lines = ["| Kind | Requests | Operations |", "|---|---|---|"]
    for kind, requests in CORPUS.items():
        lines.append(f"| {kind} | {len(requests):,} | {_count_operations(requests)} |")
    together = [request for requests in CORPUS.values() for request in requests]
    return "\n".join([*lines, f"| together | {len(together):,} | {_count_operations(together)} |"])


def _count_operations(requests: Sequence[HostileRequest]) -> int:
    return len({request.operation for request in requests})
