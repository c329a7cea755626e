"""How a customer uses what it has: reports, events, reservations, resets."""

from __future__ import annotations

from typing import Any

from tests.support.scenarios.life.story import Life, Step


def report(feature: str, value: int, *, behaviour: str = "DELTA", enforce: bool = False) -> Step:
    """With `enforce`, a report that would pass a hard limit would be refused; this one has to succeed."""
    words = f"{'SET to' if behaviour == 'SET' else 'uses'} {value} {feature}{', enforced' if enforce else ''}"
    return Step(
        words,
        lambda life: life.call("POST", "/report/usage", **_usage(life, feature, value, behaviour, enforce)),
    )


def report_too_much(feature: str, value: int) -> Step:
    """An enforced report that has to be refused, and is not counted."""
    return _report_refused(feature, value, "usage_limit_exceeded", enforce=True)


def try_to_report(feature: str, value: int, code: str) -> Step:
    return _report_refused(feature, value, code, enforce=False)


def _report_refused(feature: str, value: int, code: str, *, enforce: bool) -> Step:
    def do(life: Life) -> None:
        life.refuse(code, "POST", "/report/usage", **_usage(life, feature, value, "DELTA", enforce))

    return Step(f"cannot use {value} {feature}{', enforced' if enforce else ''}: `{code}`", do)


def _usage(life: Life, feature: str, value: int, behaviour: str, enforce: bool) -> dict[str, Any]:  # noqa: FBT001
    fields = {"customerId": life.customer_id, "featureId": life.own(feature), "value": value}
    return fields | {"behaviour": behaviour} | ({"enforce": True} if enforce else {})


def send(feature: str, at: str, **properties: Any) -> Step:  # noqa: ANN401
    """Sends an event of the feature's meter. Events at the same moment have to differ in their properties."""
    return Step(
        f"event of {at}{_listed(properties)}",
        lambda life: life.call("POST", "/report/event", **_event(life, feature, at, properties)),
    )


def try_to_send(feature: str, at: str, code: str, **properties: Any) -> Step:  # noqa: ANN401
    return Step(
        f"cannot send the event of {at}{_listed(properties)}: `{code}`",
        lambda life: life.refuse(code, "POST", "/report/event", **_event(life, feature, at, properties)),
    )


def _event(life: Life, feature: str, at: str, properties: dict[str, Any]) -> dict[str, Any]:
    key = f"{at} {sorted(properties.items())}"
    named = {"customerId": life.customer_id, "eventName": life.own(feature), "idempotencyKey": key}
    return named | {"timestamp": f"{at}:00Z", "properties": properties}


def reserve(feature: str, value: int, *, name: str, seconds: int = 3600) -> Step:
    def do(life: Life) -> None:
        body = {"featureId": life.own(feature), "value": value, "expiresInSeconds": seconds}
        answer = life.call("POST", life.path("reservations"), **body)
        life.ids[f"reservation {name}"] = answer["reservationId"]

    return Step(f"reserves {value} {feature} ({name}) for {seconds // 60} minutes", do)


def confirm(name: str, value: int) -> Step:
    """The real amount, which may be less or more than was reserved."""
    return Step(
        f"confirms {value} of the reservation {name}",
        lambda life: life.call("POST", _reservation_path(life, name, "confirm"), value=value),
    )


def release(name: str) -> Step:
    return Step(
        f"releases the reservation {name}",
        lambda life: life.call("POST", _reservation_path(life, name, "release")),
    )


def _reservation_path(life: Life, name: str, verb: str) -> str:
    return life.path(f"reservations/{life.ids[f'reservation {name}']}/{verb}")


def reset(feature: str) -> Step:
    return Step(
        f"{feature} are reset by hand",
        lambda life: life.call("POST", life.path(f"usage/{life.own(feature)}/reset")),
    )


def _listed(properties: dict[str, Any]) -> str:
    return "".join(f", {name} {value}" for name, value in properties.items())
