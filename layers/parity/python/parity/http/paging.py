"""Lists as JSON: `{count, next, previous, results}`, with opaque cursors (docs/http.md, "Lists").

A cursor holds a position in the list and a check sum over the position, the list and its filters. A cursor
that was cut short, edited, or used with another list or search is refused. The check sum needs no secret,
because a position reaches nothing that the list itself would not show. A client can make a cursor of its own,
so a position that no list could have is refused, too.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from parity.core.errors import FieldProblem, InvalidCursorError, InvalidFieldsError
from parity.core.paging import Page, PageRequest
from parity.http.declarations import AfterValidator, Query
from parity.http.models import ResponseModel, WholeNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parity.http.requests import Request

Model = TypeVar("Model")
Row = TypeVar("Row")

DEFAULT_PAGE_SIZE = 10
MAX_PAGE_SIZE = 100
MAX_PAGE = 1_000_000
CHECKSUM_BYTES = 6
DIRECTIONS = ("<", ">")
MAX_POSITION_BYTES = 1024
"""Positions become sort keys, which DynamoDB limits so."""


def _limit_size(size: int) -> int:
    return min(size, MAX_PAGE_SIZE)


PageNumber = Annotated[
    WholeNumber | None,
    Query(
        ge=1,
        le=MAX_PAGE,
        description="From 1. Costs reads in proportion to what it skips: follow `next` instead.",
    ),
]
PageSize = Annotated[
    WholeNumber,
    Query(ge=1, description="Rows per page; more than 100 gives 100."),
    AfterValidator(_limit_size),
]
Cursor = Annotated[str | None, Query(description="From `next` or `previous` of another page.")]


class PageModel(ResponseModel, Generic[Model]):
    """`count` is exact unless `countIsExact` is false: a search's count is what is known so far."""

    count: int
    count_is_exact: bool
    next: str | None
    previous: str | None
    results: list[Model]

    @classmethod
    def model_parametrized_name(cls, params: tuple[type[Any], ...]) -> str:
        """`CustomerPage` for the API's description, instead of pydantic's `PageModel[CustomerModel]`."""
        return params[0].__name__.removesuffix("Model") + "Page"


class Paging:
    """The paging of one request for a list. `filters` are its other query parameters, which the links repeat.

    Raises InvalidFieldsError if both a page and a cursor are given.
    """

    def __init__(
        self,
        request: Request,
        filters: Mapping[str, str],
        page: int | None,
        page_size: int,
        cursor: str | None,
    ) -> None:
        if page is not None and cursor is not None:
            raise InvalidFieldsError(
                FieldProblem("page", "must not be given together with a cursor.", in_query=True)
            )
        self.request = request
        self.filters = {name: value for name, value in filters.items() if value}
        self.size = page_size
        self.page = page
        self.cursor = cursor

    def page_request(self, *, oldest_first: bool = False) -> PageRequest:
        """What to read. Raises InvalidCursorError."""
        if self.cursor is None:
            return PageRequest(self.size, self.page or 1, oldest_first=oldest_first)
        direction, position = decode_cursor(self.cursor, self._scope())
        return PageRequest(self.size, position=position, backward=direction == "<", oldest_first=oldest_first)

    def to_model(self, page: Page[Row], model: Callable[[Row], Model]) -> PageModel[Model]:
        return PageModel(
            count=page.count,
            count_is_exact=page.count_is_exact,
            next=self._link(">", page.next),
            previous=self._link("<", page.previous),
            results=[model(row) for row in page.rows],
        )

    def _link(self, direction: str, position: str | None) -> str | None:
        if position is None:
            return None
        cursor = encode_cursor(direction, position, self._scope())
        return self.request.url(urlencode({**self.filters, "page_size": self.size, "cursor": cursor}))

    def _scope(self) -> str:
        return f"{self.request.path.rstrip('/')}?{urlencode(self.filters)}"


def encode_cursor(direction: str, position: str, scope: str) -> str:
    content = (direction + position).encode()
    return base64.urlsafe_b64encode(_checksum(content, scope) + content).decode().rstrip("=")


def decode_cursor(cursor: str, scope: str) -> tuple[str, str]:
    """The direction, `>` or `<`, and the position. Raises InvalidCursorError."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        content = raw[CHECKSUM_BYTES:]
        direction, position = content[:1].decode(), content[1:].decode()
    except (binascii.Error, UnicodeError) as error:
        raise InvalidCursorError from error
    if direction not in DIRECTIONS or not 1 <= len(position.encode()) <= MAX_POSITION_BYTES:
        raise InvalidCursorError
    if cursor != encode_cursor(direction, position, scope):
        raise InvalidCursorError
    return direction, position


def _checksum(content: bytes, scope: str) -> bytes:
    return sha256(scope.encode() + b"\n" + content).digest()[:CHECKSUM_BYTES]
