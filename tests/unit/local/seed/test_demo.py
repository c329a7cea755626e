"""The requests of the demo data, to an API that has no data and refuses no request."""

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
class Recorder:
    """The calls of the API, the customers with an unpaid subscription, and the progress."""

    calls: list[Call] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """By path, the body of the last call."""
    entitlements: list[dict[str, int]] = field(default_factory=list)
    """What the API answers as the entitlements of every customer."""
    unpaid: list[str] = field(default_factory=list)
    steps: list[tuple[str, int, int]] = field(default_factory=list)

    def load(self, name: str) -> list[str]:
        return load_demo(
            "http://api", "sk_1", name, lambda *step: self.steps.append(step), self.unpaid.append
        )

    def paths(self) -> set[str]:
        return {path.split("?")[0] for _, path in self.calls}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()

    def send(_: Api, method: str, path: str, body: bytes | None = None, *_more: str) -> dict[str, Any]:
        recorder.calls.append((method, path))
        recorder.bodies[path] = body or b""
        rows = (body or b"").count(b"\n") - 1 if path == "/customers/import" else 0
        created = [{"status": "created", "row": row + 1} for row in range(rows)]
        return {
            "results": created,
            "id": "sub-1",
            "publishedVersion": None,
            "entitlements": recorder.entitlements,
        }

    monkeypatch.setattr(Api, "_send", send)
    return recorder


def test_the_universities_have_the_catalogue_and_no_subscriptions(recorder: Recorder) -> None:
    assert recorder.load("universities") == []
    assert recorder.steps[-1] == ("catalogue", 9, 9)
    assert ("customers", 5083, 5083) in recorder.steps
    assert "/catalog/plans/enterprise/publish" in recorder.paths()
    assert not any(path.startswith(("/subscriptions", "/report")) for path in recorder.paths())
    assert recorder.unpaid == []


def test_the_small_set_has_subscriptions_and_an_unpaid_one(recorder: Recorder) -> None:
    assert recorder.load("small") == []
    assert ("subscriptions", 10, 10) in recorder.steps
    assert recorder.steps[-1] == ("usage", 5, 5)
    assert recorder.unpaid == ["obrien-daughters"]
    assert "/customers/acme/grants" in recorder.paths()


def test_usage_is_a_week_of_events_until_now_with_a_key_for_each_hour(recorder: Recorder) -> None:
    recorder.load("small")
    events = json.loads(recorder.bodies["/report/events"])["events"]
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
def test_only_customers_without_usage_report(recorder: Recorder, used: int, reports: int) -> None:
    recorder.entitlements = [{"currentUsage": used}]
    recorder.load("small")
    assert recorder.calls.count(("POST", "/report/usage")) == reports


def test_a_refused_event_ends_the_loading(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    send = Api._send

    def refuse(api: Api, method: str, path: str, *more: Any) -> Any:  # noqa: ANN401
        refused = {"results": [{"status": "rejected", "detail": "too old"}]}
        return refused if path == "/report/events" else send(api, method, path, *more)

    monkeypatch.setattr(Api, "_send", refuse)
    with pytest.raises(DemoError, match="1 events were refused, the first one as 'too old'"):
        recorder.load("small")


def test_an_unknown_set_is_refused_before_any_request(recorder: Recorder) -> None:
    with pytest.raises(DemoError, match="choose small, universities or none"):
        recorder.load("huge")
    assert recorder.calls == []
