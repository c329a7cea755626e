"""Which demo data there is, against an API that has nothing and refuses nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.seed.demo import DemoError, load_demo
from local.seed.demo.api import Api

Call = tuple[str, str]


@dataclass
class Recorded:
    """The calls of the API, the customers subscribed in the past, and the steps shown."""

    calls: list[Call] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """The last one of each path."""
    entitled: list[dict[str, int]] = field(default_factory=list)
    """What each customer has and has used."""
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
        recorded.bodies[path] = body or b""
        rows = (body or b"").count(b"\n") - 1 if path == "/customers/import" else 0
        created = [{"status": "created", "row": row + 1} for row in range(rows)]
        return {
            "results": created,
            "id": "sub-1",
            "publishedVersion": None,
            "entitlements": recorded.entitled,
        }

    monkeypatch.setattr(Api, "_send", send)
    return recorded


def test_the_institutions_come_with_the_catalogue_and_without_subscriptions(recorded: Recorded) -> None:
    assert recorded.load("universities") == []
    assert recorded.steps[-1] == ("catalogue", 9, 9)
    assert ("customers", 5083, 5083) in recorded.steps
    assert "/catalog/plans/enterprise/publish" in recorded.paths()
    assert not any(path.startswith(("/subscriptions", "/report")) for path in recorded.paths())
    assert recorded.unpaid == []


def test_the_small_set_has_subscriptions_and_one_from_the_past(recorded: Recorded) -> None:
    assert recorded.load("small") == []
    assert ("subscriptions", 10, 10) in recorded.steps
    assert recorded.steps[-1] == ("usage", 5, 5)
    assert recorded.unpaid == ["obrien-daughters"]
    assert "/customers/acme/overrides/ai-tokens" in recorded.paths()


def test_usage_is_a_week_of_events_up_to_now_each_under_a_key_of_its_hour(recorded: Recorded) -> None:
    recorded.load("small")
    events = json.loads(recorded.bodies["/report/events"])["events"]
    moments = {datetime.fromisoformat(event["timestamp"]) for event in events}
    assert (len(events), len(moments)) == (3 * 168, 168)
    assert timedelta(0) < datetime.now(UTC) - max(moments) < timedelta(hours=2)
    assert max(moments) - min(moments) == timedelta(hours=167)
    keys = {event["idempotencyKey"] for event in events}
    assert keys == {f"demo-{moment:%Y-%m-%dT%H}" for moment in moments}
    tokens = Counter[str]()
    for event in events:
        tokens[event["customerId"]] += event["properties"]["tokens"]
    assert tokens == {"acme": 196930, "blabaer": 108103, "creme-brulee": 42030}


@pytest.mark.parametrize(("used", "reports"), [(0, 4), (3, 0)], ids=["nothing used", "something used"])
def test_only_customers_who_have_used_nothing_report(recorded: Recorded, used: int, reports: int) -> None:
    recorded.entitled = [{"currentUsage": used}]
    recorded.load("small")
    assert recorded.calls.count(("POST", "/report/usage")) == reports


def test_events_that_are_refused_stop_the_loading(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Api._send

    def refuse(api: Api, method: str, path: str, *more: Any) -> Any:  # noqa: ANN401
        refused = {"results": [{"status": "rejected", "detail": "too old"}]}
        return refused if path == "/report/events" else send(api, method, path, *more)

    monkeypatch.setattr(Api, "_send", refuse)
    with pytest.raises(DemoError, match="1 events were refused, the first one as 'too old'"):
        recorded.load("small")


def test_a_set_that_does_not_exist_is_refused_before_anything_is_sent(recorded: Recorded) -> None:
    with pytest.raises(DemoError, match="choose small, universities or none"):
        recorded.load("huge")
    assert recorded.calls == []
