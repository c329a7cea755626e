"""Partial batch responses: what a function answers to a batch of which some records failed."""

from __future__ import annotations

import json
from typing import Any


def parse_failed_identifiers(answer: bytes) -> set[Any] | None:
    """The identifiers of failed records; None for an answer that Lambda cannot read.

    An empty answer, `null` or `{}` names no failures.
    """
    try:
        response = json.loads(answer or b"null") or {}
        return {failure["itemIdentifier"] for failure in response.get("batchItemFailures") or ()}
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
