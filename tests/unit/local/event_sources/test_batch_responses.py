from __future__ import annotations

import pytest

from local.event_sources.batch_responses import parse_failed_identifiers


@pytest.mark.parametrize(
    "answer", [b"", b"null", b"{}", b'{"batchItemFailures": null}', b'{"batchItemFailures": []}']
)
def test_an_answer_may_name_no_failures(answer: bytes) -> None:
    assert parse_failed_identifiers(answer) == set()


def test_failed_records_are_named_by_their_identifiers() -> None:
    answer = b'{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "a"}]}'
    assert parse_failed_identifiers(answer) == {"a", "b"}


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        b'"done"',
        b"[1]",
        b'{"batchItemFailures": ["b"]}',
        b'{"batchItemFailures": [[]]}',
        b'{"batchItemFailures": [{"id": "b"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": {}}]}',
    ],
)
def test_an_answer_that_lambda_cannot_read_has_no_identifiers(answer: bytes) -> None:
    assert parse_failed_identifiers(answer) is None
