"""ETag and If-Match."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from parity.http.preconditions import IfMatch, etag, expected_versions

IF_MATCH: TypeAdapter[str | None] = TypeAdapter(IfMatch)


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        (None, None),
        ("*", None),
        (" * ", None),
        ('"3"', frozenset({3})),
        ('W/"3"', frozenset({3})),
        ('"3", W/"12" ,"1"', frozenset({1, 3, 12})),
    ],
)
def test_if_match_names_the_versions_that_may_be_changed(
    header: str | None, versions: frozenset[int] | None
) -> None:
    assert expected_versions(IF_MATCH.validate_python(header)) == versions


@pytest.mark.parametrize(
    "header", ["", "3", '"3', '""', '"a"', '"3" "4"', '"3",', '*, "3"', "w/3", '"-1"', f'"{"9" * 19}"']
)
def test_an_if_match_that_no_etag_ever_looked_like_is_refused(header: str) -> None:
    with pytest.raises(ValidationError, match="must be an ETag"):
        IF_MATCH.validate_python(header)


def test_an_etag_matches_its_own_version() -> None:
    assert expected_versions(IF_MATCH.validate_python(etag(7))) == frozenset({7})
