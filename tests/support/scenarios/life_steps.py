"""The vocabulary of life stories (`tests.support.scenarios.life`): what happens, and what is expected."""

from __future__ import annotations

import time
from typing import Any

from tests.support.scenarios.life import Life, Step

MAIN = "main"
"""The name of a story's subscription, unless it has several."""

PATIENCE_SECONDS = 5
"""How long what was expected may take to be there, such as the end of a subscription by a stream."""


def nothing(_life: Life) -> None:
    """Only time passes."""


def subscribe(plan: str, *, name: str = MAIN, period: str = "MONTHLY", **fields: Any) -> Step:  # noqa: ANN401
    def do(life: Life) -> None:
        terms = {"planIdentifier": life.own(plan), "chargePeriod": period, "customerId": life.customer_id}
        life.subscriptions[name] = life.call("POST", "/subscriptions/create/", **terms, **fields)["id"]

    return do


def change_plan(plan: str, *, name: str = MAIN, period: str = "MONTHLY", **fields: Any) -> Step:  # noqa: ANN401
    """At once, or with `effective="PERIOD_END"`."""

    def do(life: Life) -> None:
        terms = {"planIdentifier": life.own(plan), "chargePeriod": period}
        life.call("POST", f"/subscriptions/{life.subscriptions[name]}/update/", **terms, **fields)

    return do


def cancel(cancellation_type: str = "CURRENT_PERIOD_ENDS", *, name: str = MAIN) -> Step:
    return lambda life: life.call(
        "POST", f"/subscriptions/{life.subscriptions[name]}/cancel/", cancellationType=cancellation_type
    )


def undo(*, name: str = MAIN) -> Step:
    """Takes back a cancel, or a change, that is pending."""
    return lambda life: life.call("POST", f"/subscriptions/{life.subscriptions[name]}/undo/")


def pay(outcome: str = "SUCCEEDED", *, name: str = MAIN) -> Step:
    return lambda life: life.call(
        "POST", f"/subscriptions/{life.subscriptions[name]}/payment/", outcome=outcome
    )


def grant(feature: str, value: int, *, name: str = MAIN, **fields: Any) -> Step:  # noqa: ANN401
    def do(life: Life) -> None:
        given = {"featureId": life.own(feature), "value": value, **fields}
        life.grants[name] = life.call("POST", f"/customers/{life.customer_id}/grants/", **given)["grantId"]

    return do


def remove_grant(*, name: str = MAIN) -> Step:
    return lambda life: life.call("DELETE", f"/customers/{life.customer_id}/grants/{life.grants[name]}")


def override(feature: str, **fields: Any) -> Step:  # noqa: ANN401
    return lambda life: life.call("PUT", _override_path(life, feature), **fields)


def remove_override(feature: str) -> Step:
    return lambda life: life.call("DELETE", _override_path(life, feature))


def report(feature: str, value: int, *, behaviour: str = "DELTA", enforce: bool = False) -> Step:
    return lambda life: life.call("POST", "/report/usage", **_usage(life, feature, value, behaviour, enforce))


def report_too_much(feature: str, value: int) -> Step:
    """An enforced report that has to be refused, and is not counted."""

    def do(life: Life) -> None:
        answer = life.request("POST", "/report/usage", **_usage(life, feature, value, "DELTA", enforce=True))
        assert (answer.status_code, answer.json()["code"]) == (409, "usage_limit_exceeded"), answer.text

    return do


def expect(
    feature: str, *, limit: int | None, used: int, remaining: int | None, rolled: int | None = None
) -> Step:
    """What a check in full says of a METER feature. `rolled` is compared if it is given."""
    expected = {"usageLimit": limit, "currentUsage": used, "remaining": remaining}
    if rolled is not None:
        expected["rolledOver"] = rolled

    def look(life: Life) -> dict[str, Any]:
        entry = _read_entry(life, feature)
        return {field: entry.get(field) for field in expected}

    return lambda life: _wait_for(life, look, expected, f"of {feature}")


def expect_denied(feature: str, reason: str) -> Step:
    """That a check of the feature denies it, with that reason."""

    def look(life: Life) -> dict[str, Any]:
        entry = _read_entry(life, feature)
        return {"hasAccess": entry["hasAccess"], "accessDeniedReason": entry["accessDeniedReason"]}

    return lambda life: _wait_for(
        life, look, {"hasAccess": False, "accessDeniedReason": reason}, f"of {feature}"
    )


def expect_subscription(*, name: str = MAIN, **expected: Any) -> Step:  # noqa: ANN401
    """Fields of the subscription, such as `status="active"`. Of times, as much as is given is compared."""

    def look(life: Life) -> dict[str, Any]:
        found = life.call("GET", f"/subscriptions/{life.subscriptions[name]}/")
        return {field: _shorten(found[field], value) for field, value in expected.items()}

    return lambda life: _wait_for(life, look, expected, f"of the subscription {name}")


def _wait_for(life: Life, look: Any, expected: dict[str, Any], what: str) -> None:  # noqa: ANN401
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look(life)) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == expected, f"{found} {what}, expected {expected}"


def _read_entry(life: Life, feature: str) -> dict[str, Any]:
    path = f"/customers/{life.customer_id}/entitlements?featureId={life.own(feature)}"
    (entry,) = life.call("GET", path)["entitlements"]
    found: dict[str, Any] = entry
    return found


def _shorten(found: Any, expected: Any) -> Any:  # noqa: ANN401
    return found[: len(expected)] if isinstance(found, str) and isinstance(expected, str) else found


def _override_path(life: Life, feature: str) -> str:
    return f"/customers/{life.customer_id}/overrides/{life.own(feature)}"


def _usage(life: Life, feature: str, value: int, behaviour: str, enforce: bool) -> dict[str, Any]:  # noqa: FBT001
    fields = {"customerId": life.customer_id, "featureId": life.own(feature), "value": value}
    return fields | {"behaviour": behaviour} | ({"enforce": True} if enforce else {})
