from __future__ import annotations

from typing import Any

from local.event_bus import create_event_rules
from local.model import EventRule


class FakeEvents:
    """Knows the default bus and those that were created."""

    def __init__(self) -> None:
        self.buses = {"default"}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def list_event_buses(self, *, NamePrefix: str) -> dict[str, Any]:  # noqa: N803 - the API's own name
        return {"EventBuses": [{"Name": name} for name in self.buses if name.startswith(NamePrefix)]}

    def create_event_bus(self, *, Name: str) -> None:  # noqa: N803 - the API's own name
        self.buses.add(Name)

    def put_rule(self, **arguments: Any) -> None:  # noqa: ANN401
        self.calls.append(("put_rule", arguments))

    def put_targets(self, **arguments: Any) -> None:  # noqa: ANN401
        self.calls.append(("put_targets", arguments))


def test_a_rule_sends_what_matches_to_its_queues() -> None:
    events: Any = FakeEvents()
    create_event_rules(events, [EventRule("watch", "default", '{"source": ["parity"]}', ("arn:a", "arn:b"))])
    assert events.calls == [
        (
            "put_rule",
            {"Name": "watch", "EventBusName": "default", "EventPattern": '{"source": ["parity"]}'},
        ),
        (
            "put_targets",
            {
                "Rule": "watch",
                "EventBusName": "default",
                "Targets": [{"Id": "0", "Arn": "arn:a"}, {"Id": "1", "Arn": "arn:b"}],
            },
        ),
    ]


def test_a_bus_of_its_own_is_created_once() -> None:
    events: Any = FakeEvents()
    for _ in range(2):
        create_event_rules(events, [EventRule("watch", "orders", "{}", ("arn:a",))])
    assert events.buses == {"default", "orders"}
