"""The bulk import: a request has rows as JSON or CSV, and the answer has one result per row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Any

from pydantic_core import ValidationError

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.customers.api.customers import CustomerCreate
from parity.customers.service.imports import RowStatus
from parity.http.bodies import RequestRefusedError, read_array
from parity.http.declarations import Response
from parity.http.error_answers import problem_from_validation
from parity.http.models import ResponseModel
from parity.http.problem import Problem, shorten_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from parity.customers.rules.customers import CustomerDraft
    from parity.customers.service.imports import RowOutcome
    from parity.http.bodies import BodyReader

MAX_ROWS = 10_000
MAX_ERRORS_PER_ROW = 3
MAX_NAMED_COLUMNS = 10
MAX_ANSWER_BYTES = 4_500_000
"""Lambda sends at most 6 MB, in which this text is escaped once more."""

DELIMITERS = ",;\t"
COLUMNS = {
    "name": "name",
    "identifier": "customerId",
    "customerid": "customerId",
    "email": "email",
    "billingid": "billingId",
}
"""The field of a column by its title, which is in lower case without spaces, dashes and underscores.

Every other column becomes a property of the metadata.
"""


class RowError(ResponseModel):
    pointer: str
    detail: str


class RowResult(ResponseModel):
    """`row` counts from 1, in the order of the request.

    - `created`: the row is a new customer.
    - `existing`: its customer was there before, and was not changed.
    - `archived`: its customer was there before, and stays archived.
    - `rejected`: `code`, `detail` and `errors` say why.
    - `unprocessed`: the row was not read.

    With `namesakeOf`, another row or customer has the identifier that the name gives, so this customer has
    another one. An answer that would be too large leaves out `detail` and `errors`, and then `customerId` and
    `namesakeOf` as well.
    """

    row: int
    status: RowStatus
    customer_id: str | None = None
    namesake_of: str | None = None
    code: str | None = None
    detail: str | None = None
    errors: tuple[RowError, ...] = ()


class ImportResult(ResponseModel):
    """Rows that are `unprocessed` were not read, for lack of time. Send the file again."""

    created: int
    existing: int
    archived: int
    rejected: int
    unprocessed: int
    results: list[RowResult]


def read_csv(text: str) -> list[dict[str, Any]]:
    """The rows of a CSV text whose first line has the titles, as JSON would have them.

    Raises RequestRefusedError.
    """
    titles, *rows = _parse_table(text)
    fields = [_field_of_column(title) for title in titles]
    _check_titles(titles, fields)
    return [_make_row(fields, cells) for cells in rows if any(cells)]


CSV_OR_JSON: Mapping[str, BodyReader] = {"application/json": read_array, "text/csv": read_csv}


def _parse_table(text: str) -> list[list[str]]:
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    try:
        table = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _invalid_csv(f"The body is not CSV: {error}.") from error
    if not table:
        raise _invalid_csv("The CSV is empty; its first line must name the columns.")
    return table


def _field_of_column(title: str) -> str:
    plain = title.strip().lower().replace(" ", "").replace("_", "").replace("-", "")
    return COLUMNS.get(plain, f"metadata/{title.strip()}")


def _check_titles(titles: Sequence[str], fields: Sequence[str]) -> None:
    if not {"name", "customerId"} & set(fields):
        raise _invalid_csv(
            f"The CSV has neither a column `name` nor `identifier`; it has: {_name_columns(titles)}."
        )
    if repeated := [field for field, times in Counter(fields).items() if times > 1]:
        raise _invalid_csv(
            f"The CSV has more than one column for {shorten_text(repeated[0].removeprefix('metadata/'))}."
        )
    if "metadata/" in fields:
        raise _invalid_csv(f"Column {fields.index('metadata/') + 1} of the CSV has no title.")


def _name_columns(titles: Sequence[str]) -> str:
    """The first ten titles, each cut short, and how many more there are."""
    named = ", ".join(map(shorten_text, titles[:MAX_NAMED_COLUMNS]))
    more = len(titles) - MAX_NAMED_COLUMNS
    return f"{named} and {more} more" if more > 0 else named


def _make_row(fields: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """An empty cell is a field left out. A cell beyond the last title becomes a field that is refused."""
    row: dict[str, Any] = {}
    for field, cell in zip(fields, cells, strict=False):
        if cell and field.startswith("metadata/"):
            row.setdefault("metadata", {})[field.removeprefix("metadata/")] = cell
        elif cell:
            row[field] = cell
    if len(cells) > len(fields):
        row[f"column {len(fields) + 1}"] = cells[len(fields)]
    return row


def _invalid_csv(detail: str) -> RequestRefusedError:
    return RequestRefusedError(Problem(400, "invalid_csv", detail, pointers={"": detail}))


def check_row_count(rows: Sequence[Any]) -> None:
    if not 0 < len(rows) <= MAX_ROWS:
        raise InvalidFieldsError(FieldProblem("", f"must hold 1 to {MAX_ROWS} rows; it holds {len(rows)}."))


def read_drafts(
    rows: Iterable[Any], is_out_of_time: Callable[[], bool]
) -> list[CustomerDraft | Problem | None]:
    """For each row a draft, or the problem that makes it invalid; None once `is_out_of_time` says so."""
    return [None if is_out_of_time() else _read_draft(row) for row in rows]


def _read_draft(row: Any) -> CustomerDraft | Problem:  # noqa: ANN401
    try:
        return CustomerCreate.model_validate(row).to_draft()
    except ValidationError as error:
        return problem_from_validation({**found, "loc": ("body", *found["loc"])} for found in error.errors())
    except InvalidFieldsError as error:
        found = error.problems[0]
        return Problem(400, error.code, error.detail, pointers={f"/{found.field}": found.detail})


def make_result(
    drafts: Iterable[CustomerDraft | Problem | None], outcomes: Iterable[RowOutcome]
) -> ImportResult:
    """The result of every row in the order of the request. `outcomes` are those of the drafts."""
    remaining = iter(outcomes)
    results = [_make_row_result(number, draft, remaining) for number, draft in enumerate(drafts, start=1)]
    counts = Counter(result.status for result in results)
    return ImportResult(
        results=_shorten_to_fit(results), **{status.value: counts[status] for status in RowStatus}
    )


def _shorten_to_fit(results: list[RowResult]) -> list[RowResult]:
    """Leaves out explanations, and then identifiers too, until the results fit an answer."""
    explanations = {"detail": None, "errors": ()}
    for left_out in ({}, explanations, {**explanations, "customer_id": None, "namesake_of": None}):
        slim = [result.model_copy(update=left_out) for result in results] if left_out else results
        if sum(len(json.dumps(result.model_dump(mode="json"))) for result in slim) < MAX_ANSWER_BYTES:
            break
    return slim


def import_response(result: ImportResult) -> Response[ImportResult]:
    return Response(200, "application/json", result)


def _make_row_result(
    number: int, draft: CustomerDraft | Problem | None, outcomes: Iterator[RowOutcome]
) -> RowResult:
    if draft is None:
        return RowResult(row=number, status=RowStatus.UNPROCESSED)
    if isinstance(draft, Problem):
        return _make_rejected_result(number, draft)
    return _make_processed_result(number, next(outcomes))


def _make_rejected_result(number: int, problem: Problem) -> RowResult:
    errors = [RowError(pointer=f"#{pointer}", detail=text) for pointer, text in problem.pointers.items()]
    return RowResult(
        row=number,
        status=RowStatus.REJECTED,
        code=problem.code,
        detail=problem.detail.split(". ")[0].rstrip(".") + ".",
        errors=tuple(errors[:MAX_ERRORS_PER_ROW]),
    )


def _make_processed_result(number: int, outcome: RowOutcome) -> RowResult:
    return RowResult(
        row=number,
        status=outcome.status,
        customer_id=outcome.customer_id,
        namesake_of=outcome.namesake_of,
        code=outcome.error.code if outcome.error else None,
        detail=outcome.error.detail if outcome.error else None,
    )
