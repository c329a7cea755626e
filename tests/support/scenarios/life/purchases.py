"""What may happen to what a customer has: subscriptions, grants, overrides, new versions, archiving."""

from __future__ import annotations

from typing import Any

from tests.support.scenarios.life.story import Life, Step
from tests.support.scenarios.life.waiting import wait_for

MAIN = "main"
"""The name of a story's subscription, unless it has several."""


def subscribe(plan: str, *, name: str = MAIN, period: str = "MONTHLY", **fields: Any) -> Step:  # noqa: ANN401
    def do(life: Life) -> None:
        terms = {"planIdentifier": life.own(plan), "chargePeriod": period, "customerId": life.customer_id}
        life.ids[name] = life.call("POST", "/subscriptions/create/", **terms, **fields)["id"]

    return Step(f"subscribes to {plan}, {period}{_named(name)}{_listed(fields)}", do)


def change_plan(plan: str, *, name: str = MAIN, period: str = "MONTHLY", **fields: Any) -> Step:  # noqa: ANN401
    """At once, or with `effective="PERIOD_END"`. `quantities` are of features, by name."""
    quantities = fields.pop("quantities", None)

    def do(life: Life) -> None:
        terms: dict[str, Any] = {"planIdentifier": life.own(plan), "chargePeriod": period}
        if quantities:
            bought = [{"identifier": life.own(each), "quantity": n} for each, n in quantities.items()]
            terms["features"] = bought
        life.call("POST", _path(life, name, "update"), **terms, **fields)

    said = _listed({**fields, **(quantities or {})})
    return Step(f"changes to {plan}, {period}{_named(name)}{said}", do)


def cancel(kind: str = "CURRENT_PERIOD_ENDS", *, name: str = MAIN, on: str | None = None) -> Step:
    """At the end of the period, at once (`IMMEDIATE`), or on a date."""
    body = {"cancellationType": "SPECIFIC_DATE", "cancellationDate": on} if on else {"cancellationType": kind}
    return Step(
        f"cancels{_named(name)}: {on or kind}",
        lambda life: life.call("POST", _path(life, name, "cancel"), **body),
    )


def undo(*, name: str = MAIN) -> Step:
    """Takes back a cancel, or a change, that is pending."""
    return Step(f"undo{_named(name)}", lambda life: life.call("POST", _path(life, name, "undo")))


def pay(outcome: str = "SUCCEEDED", *, name: str = MAIN) -> Step:
    return Step(
        f"payment{_named(name)} {outcome}",
        lambda life: life.call("POST", _path(life, name, "payment"), outcome=outcome),
    )


def grant(feature: str, value: int, *, name: str = MAIN, **fields: Any) -> Step:  # noqa: ANN401
    """Adds to every window of the plans, or has a `reset` of its own: `NEVER` for a balance used once."""

    def do(life: Life) -> None:
        given = {"featureId": life.own(feature), "value": value, **fields}
        life.ids[f"grant {name}"] = life.call("POST", life.path("grants/"), **given)["grantId"]

    return Step(f"gets {value} more {feature}{_named(name)}{_listed(fields)}", do)


def remove_grant(*, name: str = MAIN) -> Step:
    return Step(
        f"loses the grant{_named(name)}",
        lambda life: life.call("DELETE", life.path(f"grants/{life.ids[f'grant {name}']}")),
    )


def override(feature: str, **fields: Any) -> Step:  # noqa: ANN401
    return Step(
        f"override of {feature}{_listed(fields)}",
        lambda life: life.call("PUT", life.path(f"overrides/{life.own(feature)}"), **fields),
    )


def remove_override(feature: str) -> Step:
    return Step(
        f"no override of {feature} any more",
        lambda life: life.call("DELETE", life.path(f"overrides/{life.own(feature)}")),
    )


def raise_price(plan: str, amount: str) -> Step:
    """Publishes the plan with another price by the month, for its subscribers, too."""
    prices = [
        {"chargePeriod": period, "priceType": "PAID", "amount": price, "currency": "USD"}
        for period, price in {"MONTHLY": amount, "YEARLY": "200.00"}.items()
    ]

    def do(life: Life) -> None:
        life.call("POST", f"/catalog/plans/{life.own(plan)}/prices/bulk/", prices=prices)
        _publish_to_all(life, plan, updatePricing=True)

    return Step(f"{plan} costs {amount} now, for all its subscribers", do)


def change_feature(plan: str, feature: str, **details: Any) -> Step:  # noqa: ANN401
    """Publishes the plan with other details of the feature, for its subscribers, too."""

    def do(life: Life) -> None:
        path = f"/catalog/plans/{life.own(plan)}/features/{life.own(feature)}"
        life.call("PATCH", path, details=details)
        _publish_to_all(life, plan, updateFeatures=True)

    return Step(f"{plan} has other {feature} now, for all its subscribers{_listed(details)}", do)


def _publish_to_all(life: Life, plan: str, **moves: bool) -> None:
    path = f"/catalog/plans/{life.own(plan)}"
    life.call("POST", f"{path}/publish/", **moves)
    version = life.call("GET", path)["publishedVersion"]

    def look() -> dict[str, Any]:
        return {"status": life.call("GET", f"{path}/migrations/{version}")["status"]}

    wait_for(look, {"status": "completed"}, f"of the migration to version {version}")


def archive() -> Step:
    return Step("is archived", lambda life: life.call("DELETE", life.path()))


def try_to_archive(code: str) -> Step:
    return Step(f"cannot be archived: `{code}`", lambda life: life.refuse(code, "DELETE", life.path()))


def unarchive() -> Step:
    return Step("is unarchived", lambda life: life.call("POST", life.path("unarchive")))


def try_to_unarchive(code: str) -> Step:
    return Step(
        f"cannot be unarchived: `{code}`", lambda life: life.refuse(code, "POST", life.path("unarchive"))
    )


def erase() -> Step:
    """After that, the identifier stands in the place of the name, and the email is gone."""

    def do(life: Life) -> None:
        life.call("POST", life.path("erase"))
        profile = life.call("GET", life.path())
        assert (profile["name"], profile["email"]) == (life.customer_id, None), profile

    return Step("is erased", do)


def try_to_erase(code: str) -> Step:
    return Step(f"cannot be erased: `{code}`", lambda life: life.refuse(code, "POST", life.path("erase")))


def _path(life: Life, name: str, verb: str) -> str:
    return f"/subscriptions/{life.ids[name]}/{verb}/"


def _named(name: str) -> str:
    return "" if name == MAIN else f" ({name})"


def _listed(fields: dict[str, Any]) -> str:
    return "".join(f", {name} {value}" for name, value in fields.items())
