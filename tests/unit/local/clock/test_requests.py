from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from local.clock.requests import read_target
from parity.core.errors import InvalidFieldsError

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"advance": "P1M"}, datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ({"advance": "P10Y"}, datetime(2037, 1, 31, 12, tzinfo=UTC)),
        ({"to": "2027-03-01T00:00:00Z"}, datetime(2027, 3, 1, tzinfo=UTC)),
        ({"to": "2027-03-01T02:00:00+02:00"}, datetime(2027, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_request_names_a_duration_or_a_moment(body: dict[str, str], target: datetime) -> None:
    assert read_target(json.dumps(body).encode())(NOW) == target


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[" * 100_000, ""),
        (b"\xff", ""),
        (b"[]", ""),
        (b"{}", ""),
        (b'{"advance": "P1D", "to": "2027-03-01T00:00:00Z"}', ""),
        (b'{"forward": "P1D"}', "forward"),
        (b'{"advance": "P1D", "forward": 1}', "forward"),
        (b'{"advance": 5}', "advance"),
        (b'{"advance": null}', "advance"),
        (b'{"advance": "tomorrow"}', "advance"),
        (b'{"advance": "P0D"}', "advance"),
        (b'{"advance": "P10YT1S"}', "advance"),
        (b'{"advance": "P9999Y99999M"}', "advance"),
        (b'{"advance": "P9999W99999D"}', "advance"),
        (b'{"to": "2027-03-01T00:00:00"}', "to"),
        (b'{"to": 1}', "to"),
        (b'{"to": "soon"}', "to"),
        (b'{"to": "0001-01-01T00:00:00+23:00"}', "to"),
        (b'{"to": "2027-01-31T12:00:00Z"}', "to"),
        (b'{"to": "2027-01-31T11:59:59Z"}', "to"),
        (b'{"to": "2037-01-31T12:00:01Z"}', "to"),
    ],
)
def test_other_requests_are_refused_by_the_field(body: bytes, field: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        read_target(body)(NOW)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_clock_stays_in_years_with_four_digits() -> None:
    last = datetime(2999, 12, 30, tzinfo=UTC)
    assert read_target(b'{"advance": "P1D"}')(last) == datetime(2999, 12, 31, tzinfo=UTC)
    with pytest.raises(InvalidFieldsError):
        read_target(b'{"advance": "P2D"}')(last)
