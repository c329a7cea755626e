"""Sources, overrides and snapshots, and what the checks answer from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.periods import Period, Reset, ResetTime
from parity.core.times import now, to_iso
from parity.entitlements.rules.evaluation import Entitlement
from parity.entitlements.rules.history import with_history
from parity.entitlements.rules.overrides import Override
from parity.entitlements.rules.settlement import find_earlier_turn
from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source, SourceKind
from parity.entitlements.service.check import check
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.entitlements.store.overrides import override_store
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from tests.support.answers import expect
from tests.support.builders.catalog import sell_plan, store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.builders.events import FEATURE
from tests.support.builders.moments import DAY, MOMENT, NOON, START
from tests.support.builders.prepared import prepare_once
from tests.support.builders.subscriptions import subscribe_at
from tests.support.fakes.functions import Reply, call


def entitle_acme(*entitlements: PlanEntitlement, **subscription: Any) -> str:  # noqa: ANN401
    """Subscribes `acme` to a plan that gives these, from START on; the subscription's id."""
    sell_plan("pro", gives=entitlements)
    subscription_id = subscribe_at(START, **subscription)
    recompute_snapshot()
    return subscription_id


@prepare_once
def subscribe_acme(
    *entitlements: PlanEntitlement,
    raw: dict[str, str] | None = None,
    **subscription: Any,  # noqa: ANN401
) -> str:
    """As `entitle_acme`, for a new customer and metered features that do not exist yet.

    `raw` names the features that are counted from events, each with its function, such as `{"calls": "SUM"}`.
    """
    store_customer("Acme")
    for each in entitlements:
        store_metered_feature(each.feature, (raw or {}).get(each.feature))
    return entitle_acme(*entitlements, **subscription)


def store_overrides(*adjustments: Override) -> None:
    """Stores overrides and grants of `acme`, and recomputes its snapshot."""
    for adjustment in adjustments:
        override_store().put("acme", adjustment)
    recompute_snapshot()


def recompute_snapshot(customer_id: str = "acme", at: datetime = START) -> None:
    """Recomputes the snapshot as the stream function does; a source that is gone ended at the moment."""
    recompute(entitlement_store(), customer_id, at)


def check_entitlements(customer_id: str = "acme", feature: str = "") -> dict[str, dict[str, Any]]:
    """The entries of the check of the client libraries, by feature. Each feature must have one entry."""
    query = f"customer_id={customer_id}" + (f"&feature_id={feature}" if feature else "")
    body = expect(call("entitlements/check", query=query), 200)
    assert body["customerId"] == customer_id
    return _index_by_feature(body)


def explain_entitlements(
    customer_id: str = "acme", query: str = "", at: datetime | None = MOMENT
) -> dict[str, dict[str, Any]]:
    """The rich entries, by feature."""
    together = "&".join(filter(None, [query, f"at={to_iso(at)}" if at else ""]))
    reply = call("entitlements/list", parameters={"customerId": customer_id}, query=together)
    return _index_by_feature(expect(reply, 200))


def explain_entitlement(
    feature: str = "exports", customer_id: str = "acme", at: datetime | None = MOMENT, requested: int = 0
) -> dict[str, Any]:
    """The rich entry of one feature, with or without an entitlement."""
    (entry,) = explain_entitlements(
        customer_id, f"featureId={feature}&requestedUsage={requested}", at
    ).values()
    return entry


def _index_by_feature(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    entries = {entry["featureId"]: entry for entry in body["entitlements"]}
    assert len(entries) == len(body["entitlements"])
    return entries


def check_snapshot(at: datetime | None = None, customer_id: str = "acme") -> dict[str, Entitlement]:
    """What a check answers from the stored snapshot, by feature."""
    found = check(entitlement_store().read_for_check(customer_id, consistent=True), at or now())
    return {entitlement.feature: entitlement for entitlement in found}


def recompute_and_check(at: datetime | None = None) -> dict[str, Entitlement]:
    """Recomputes the snapshot of `acme`, and checks it."""
    recompute_snapshot(at=at or START)
    return check_snapshot(at)


def store_snapshot(
    *sources: Source, customer_id: str = "acme", feature: str = FEATURE, at: datetime | None = None
) -> Snapshot:
    """Replaces the snapshot of a customer by one with these sources of the feature.

    With a moment, the sources before it are history, and counters are settled again from then on.
    """
    store = entitlement_store()
    holdings = store.holdings(customer_id)
    stored, counters = holdings.snapshot, holdings.counter_views
    snapshot = Snapshot(
        archived=False,
        subscribed=(Period(NOON - 400 * DAY, None),),
        features={feature: FeatureSources(FeatureType.METER, sources)} if sources else {},
        revision=stored.revision + 1 if stored else 1,
    )
    if at:
        settled_on = {name: counter.usage.at for name, counter in counters.items()}
        snapshot = with_history(snapshot, stored, at, settled_on)
    assert store.save(customer_id, snapshot)
    for name, counter in counters.items() if at else ():
        turn = find_earlier_turn(snapshot.meter(name), counter.usage, counter.turns_on)
        if turn:
            counter_store().expire(UsageKey(customer_id, name), turn)
    return snapshot


def make_windowed_source(reset: Reset, anchor: datetime | None = None, number: int = 1) -> Source:
    """A source whose windows follow the calendar, or the anchor if there is one."""
    by_anchor: dict[str, Any] = {}
    if anchor:
        by_anchor = {"reset_time": ResetTime.SUBSCRIPTION_START, "anchor": anchor}
    return make_source(id=f"sub-{number}", valid_from=NOON - 400 * DAY, reset=reset, **by_anchor)


def make_override(
    kind: SourceKind = SourceKind.GRANT,
    feature: str = "exports",
    value: int | None = 10,
    feature_type: FeatureType = FeatureType.METER,
    **details: Any,  # noqa: ANN401
) -> Override:
    defaults = {
        "unlimited": False,
        "hard_limit": True,
        "reset": Reset.NEVER,
        "reset_time": ResetTime.BEGINNING_OF_PERIOD,
        "note": None,
        "created_on": START,
        "expires_on": None,
    }
    created_on = details.get("created_on", START)
    return Override(
        kind=kind,
        feature=feature,
        feature_type=feature_type,
        value=value,
        **{"modified_on": created_on, "anchor": created_on, **defaults, **details},
    )


def make_source(
    value: int | None = 100,
    kind: SourceKind = SourceKind.SUBSCRIPTION,
    **details: Any,  # noqa: ANN401
) -> Source:
    """A source from START on, with a hard limit, unless the details say otherwise."""
    unlimited = details.get("unlimited", False)
    defaults = {
        "id": f"{kind}-1",
        "valid_from": START,
        "valid_until": None,
        "hard_limit": not unlimited,
        "anchor": START,
    }
    return Source(kind=kind, value=None if unlimited else value, **{**defaults, **details})


def send_override(feature: str = "exports", customer_id: str = "acme", **body: Any) -> Reply:  # noqa: ANN401
    path = {"customerId": customer_id, "feature": feature}
    return call("overrides/set", parameters=path, body=body)


def set_override(feature: str = "exports", customer_id: str = "acme", **body: Any) -> dict[str, Any]:  # noqa: ANN401
    """The stored override or grant, as the handler answers."""
    return expect(send_override(feature, customer_id, **body), 200)


def send_grant(value: Any = 5, customer_id: str = "acme", key: str | None = None, **body: Any) -> Reply:  # noqa: ANN401
    return call(
        "grants/create",
        parameters={"customerId": customer_id},
        body={"featureId": "exports", "value": value, **body},
        headers={"Idempotency-Key": key} if key else None,
    )


def create_grant(value: Any = 5, customer_id: str = "acme", **body: Any) -> dict[str, Any]:  # noqa: ANN401
    """The stored grant, as the handler answers."""
    return expect(send_grant(value, customer_id, **body), 201)


def list_grants(customer_id: str = "acme") -> list[dict[str, Any]]:
    page = expect(call("grants/list", parameters={"customerId": customer_id}), 200)
    assert (page["count"], page["next"], page["previous"]) == (len(page["results"]), None, None)
    rows: list[dict[str, Any]] = page["results"]
    return rows


def remove_grant(grant_id: str, customer_id: str = "acme") -> Reply:
    return call("grants/remove", parameters={"customerId": customer_id, "grantId": grant_id})


def remove_override(feature: str = "exports", kind: str = "", customer_id: str = "acme") -> Reply:
    path = {"customerId": customer_id, "feature": feature}
    return call("overrides/remove", parameters=path, query=f"type={kind}" if kind else "")


def list_overrides(customer_id: str = "acme") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = expect(call("overrides/list", parameters={"customerId": customer_id}), 200)[
        "results"
    ]
    return rows
