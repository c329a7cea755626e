"""Which demo data there is, against an API that has nothing and refuses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from local.demo import DemoError, load_demo
from local.demo.api import Api

Call = tuple[str, str]


@dataclass
class Recorded:
    """The calls of the API, the customers subscribed in the past, and the steps shown."""

    calls: list[Call] = field(default_factory=list)
    unpaid: list[str] = field(default_factory=list)
    steps: list[tuple[str, int, int]] = field(default_factory=list)

    def load(self, name: str) -> list[str]:
        return load_demo(
            "http://api", "sk_1", name, lambda *step: self.steps.append(step), self.unpaid.append
        )

    def paths(self) -> set[str]:
        return {path.split("?")[0] for _, path in self.calls}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()

    def send(_: Api, method: str, path: str, body: bytes | None = None, *_more: str) -> dict[str, Any]:
        recorded.calls.append((method, path))
        rows = (body or b"").count(b"\n") - 1 if path == "/customers/import" else 0
        created = [{"status": "created", "row": row + 1} for row in range(rows)]
        return {"results": created, "id": "sub-1", "publishedVersion": None}

    monkeypatch.setattr(Api, "_send", send)
    return recorded


def test_the_institutions_come_with_the_catalogue_and_without_subscriptions(recorded: Recorded) -> None:
    assert recorded.load("universities") == []
    assert recorded.steps[-1] == ("catalogue", 9, 9)
    assert ("customers", 5083, 5083) in recorded.steps
    assert "/catalog/plans/enterprise/publish" in recorded.paths()
    assert not any(path.startswith("/subscriptions") for path in recorded.paths())
    assert recorded.unpaid == []


def test_the_small_set_has_subscriptions_and_one_from_the_past(recorded: Recorded) -> None:
    assert recorded.load("small") == []
    assert recorded.steps[-1] == ("subscriptions", 10, 10)
    assert recorded.unpaid == ["obrien-daughters"]
    assert "/customers/acme/overrides/ai-tokens" in recorded.paths()


def test_a_set_that_does_not_exist_is_refused_before_anything_is_sent(recorded: Recorded) -> None:
    with pytest.raises(DemoError, match="choose small, universities or none"):
        recorded.load("huge")
    assert recorded.calls == []
