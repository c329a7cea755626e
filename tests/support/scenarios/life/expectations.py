"""What a customer has at a moment of its story."""

from __future__ import annotations

from typing import Any

from tests.support.scenarios.life.purchases import MAIN
from tests.support.scenarios.life.story import Life, Step
from tests.support.scenarios.life.waiting import wait_for


def expect(
    feature: str, *, limit: int | None, used: int, remaining: int | None, rolled: int | None = None
) -> Step:
    """What a check in full says of a METER feature. `rolled` is compared if it is given."""
    expected = {"usageLimit": limit, "currentUsage": used, "remaining": remaining}
    if rolled is not None:
        expected["rolledOver"] = rolled
    numbers = {"limit": limit, "used": used, "remaining": remaining, "rolled": rolled}
    return Step(feature, lambda life: _wait_for_entry(life, feature, expected), numbers)


def expect_access(feature: str, **expected: Any) -> Step:  # noqa: ANN401
    """That a check gives access, and other fields of its answer, such as `hardLimit` or `reserved`."""
    said = ", ".join(f"{name} {value}" for name, value in expected.items())
    return Step(
        f"may use {feature}{': ' if said else ''}{said}",
        lambda life: _wait_for_entry(life, feature, {"hasAccess": True, **expected}),
    )


def expect_denied(feature: str, reason: str) -> Step:
    """That a check of the feature denies it, with that reason."""
    expected = {"hasAccess": False, "accessDeniedReason": reason}
    return Step(f"may not use {feature}: `{reason}`", lambda life: _wait_for_entry(life, feature, expected))


def _wait_for_entry(life: Life, feature: str, expected: dict[str, Any]) -> None:
    path = life.path(f"entitlements?featureId={life.own(feature)}")

    def look() -> dict[str, Any]:
        (entry,) = life.call("GET", path)["entitlements"]
        return {field: entry.get(field) for field in expected}

    wait_for(look, expected, f"of {feature}")


def expect_subscription(*, name: str = MAIN, **expected: Any) -> Step:  # noqa: ANN401
    """Fields of the subscription, such as `status="active"`. Of times, as much as is given is compared.

    Of a change that is to come, its plan is compared: `pendingChange="large"`.
    """

    def do(life: Life) -> None:
        changes = {field: expected[field] for field in CHANGES if expected.get(field)}
        wanted = expected | {field: life.own(plan) for field, plan in changes.items()}

        def look() -> dict[str, Any]:
            found = life.call("GET", f"/subscriptions/{life.ids[name]}/")
            return {field: _shorten(found[field], value) for field, value in wanted.items()}

        wait_for(look, wanted, f"of the subscription {name}")

    subject = "the subscription" if name == MAIN else f"the subscription {name}"
    return Step(f"{subject} has {_listed(expected)}", do)


CHANGES = ("pendingChange", "unpaidChange")


def _shorten(found: Any, expected: Any) -> Any:  # noqa: ANN401
    if isinstance(found, dict):
        return found["planIdentifier"]
    return found[: len(expected)] if isinstance(found, str) and isinstance(expected, str) else found


def expect_alerts(feature: str, *used: int) -> Step:
    """All alerts of the feature so far, the first one first, by the usage at which each was told."""

    def do(life: Life) -> None:
        def look() -> dict[str, Any]:
            found = life.call("GET", life.path(f"alerts?featureId={life.own(feature)}"))["results"]
            return {"used": tuple(each["currentUsage"] for each in reversed(found))}

        wait_for(look, {"used": used}, f"in the alerts of {feature}")

    return Step(f"alerts at {', '.join(map(str, used))} {feature}", do)


def expect_windows(feature: str, *used: int) -> Step:
    """What was used in the latest windows, the present one last."""

    def do(life: Life) -> None:
        path = life.path(f"usage/{life.own(feature)}/periods?limit={len(used)}")

        def look() -> dict[str, Any]:
            found = life.call("GET", path)["results"]
            return {"used": tuple(each["used"] for each in reversed(found))}

        wait_for(look, {"used": used}, f"in the windows of {feature}")

    return Step(f"windows of {feature}: {', '.join(map(str, used))}", do)


def expect_usage(
    feature: str, interval: str, *used: int, since: str, until: str, total: int | None = None
) -> Step:
    """The points of the usage over time, from one date to right before another.

    `total` is the sum of the points, unless it is given: who came in two months is one unique visitor.
    """
    total = sum(used) if total is None else total
    query = f"featureId={{}}&interval={interval}&from={since}&to={until}"

    def do(life: Life) -> None:
        def look() -> dict[str, Any]:
            found = life.call("GET", life.path(f"usage?{query.format(life.own(feature))}"))
            return {"used": tuple(point["value"] for point in found["points"]), "total": found["total"]}

        wait_for(look, {"used": used, "total": total}, f"over time of {feature}")

    points = ", ".join(map(str, used))
    return Step(f"{feature} by {interval} from {since} to {until}: {points}; in total {total}", do)


def _listed(expected: dict[str, Any]) -> str:
    return ", ".join(f"{name} {'none' if value is None else value}" for name, value in expected.items())
