"""What tests over HTTP ask of an answer."""

from __future__ import annotations

import httpx


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem, after a check that it is a whole one that a browser may read."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    problem = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status_code
    assert isinstance(problem["title"], str)
    assert isinstance(problem["detail"], str)
    return answer.status_code, problem["code"]
