"""Customer tokens: how one is created, and what the gateways and the operations make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from parity.api_keys.api.authorizer import UnauthorizedError
from parity.api_keys.rules.customer_tokens import (
    KEY_LIFETIME,
    SigningKey,
    SigningKeys,
    new_customer_token,
    write_token,
)
from parity.api_keys.store import keys
from parity.api_keys.store.signing_keys import SigningKeyStore, signing_key_store
from parity.core.times import from_iso
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Context, Reply, call, invoke, load_handler, set_clock
from tests.support.fakes.gateway import load_sample_event, make_http_event, make_rest_event
from tests.support.fakes.tables import scan_items

CREATE = "customer_tokens/create"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHECK, LIST = "/api/v1/entitlements", "/api/v1/customers/{customerId}/entitlements"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customers `acme` and `beta`, at noon."""
    for name in ("Acme", "Beta"):
        create_customer(name)
    set_clocks(monkeypatch, NOON)


def set_clocks(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for operation in (CREATE, "api_keys/authorize", "entitlements/check", "entitlements/list"):
        set_clock(monkeypatch, operation, moment)


def create(customer_id: str = "acme", body: Any = None, **request: Any) -> Reply:  # noqa: ANN401
    return call(CREATE, parameters={"customerId": quote(customer_id)}, body=body, **request)


def create_token(customer_id: str = "acme", **body: int) -> str:
    token: str = expect(create(customer_id, body or None), 201)["token"]
    return token


def authorize(token: str) -> dict[str, Any]:
    event = load_sample_event("api_keys_authorize")
    event["headers"]["Authorization"] = f"Bearer {token}"
    decision: dict[str, Any] = load_handler("api_keys/authorize").handler(event, Context())
    return decision


def authorize_at_edge(token: str, route: str) -> dict[str, Any]:
    event = {"version": "2.0", "routeKey": route, "headers": {"authorization": f"Bearer {token}"}}
    decision: dict[str, Any] = load_handler("api_keys/authorize").handler(event, Context())
    return decision


@pytest.mark.parametrize(
    ("body", "lifetime"),
    [(None, 3600), ({}, 3600), ({"expiresInSeconds": 60}, 60), ({"expires_in_seconds": 86400.0}, 86400)],
)
def test_a_token_is_good_for_an_hour_unless_it_is_said(body: object, lifetime: int) -> None:
    created = expect(create(body=body), 201)
    assert created.keys() == {"token", "customerId", "expiresOn"}
    assert created["customerId"] == "acme"
    assert from_iso(created["expiresOn"]) == NOON + timedelta(seconds=lifetime)


@pytest.mark.parametrize("seconds", [59, 86401, 0, -60, 1e9, 60.5, "60", True, None, [], 10**30])
def test_another_lifetime_is_refused(seconds: object) -> None:
    assert wrong_fields(create(body={"expiresInSeconds": seconds})) == {"expiresInSeconds": 1}


def test_other_fields_are_refused() -> None:
    assert wrong_fields(create(body={"customerId": "beta"})) == {"customerId": 1}


def test_only_active_customers_get_a_token() -> None:
    assert refusal(create("nobody")) == (404, "customer_not_found")
    archive_customer("beta")
    assert refusal(create("beta")) == (409, "customer_archived")
    expect(call("customers/erase", parameters={"customerId": "beta"}), 200)
    assert refusal(create("beta")) == (409, "customer_erased")


def test_nothing_is_stored_of_a_token_but_the_keys_that_sign() -> None:
    before = scan_items(signing_key_store().table)
    tokens = create_token() + create_token(expiresInSeconds=60)
    (added,) = [item for item in scan_items(signing_key_store().table) if item not in before]
    assert added.items() >= keys.signing_keys().items()
    assert added["secret"].hex() not in tokens


def test_a_request_with_an_idempotency_key_has_a_good_token_each_time(parity_table: Table) -> None:
    create()
    stored = scan_items(parity_table)
    for _ in range(2):
        reply = create(headers={"Idempotency-Key": "token-1"})
        assert authorize(expect(reply, 201)["token"])["context"]["customerId"] == "acme"
    assert scan_items(parity_table) == stored


def test_the_gateways_are_told_the_customer_and_the_expiry() -> None:
    token, context = create_token(), {"keyKind": "ct", "customerId": "acme", "expiresAt": "1772456400"}
    key = signing_key_store().get()
    assert key
    context["keyId"] = f"ct_{key.current.key_id}"
    assert authorize(token)["context"] == context
    assert authorize(token)["principalId"] == context["keyId"]
    assert authorize_at_edge(token, f"GET {CHECK}") == {"isAuthorized": True, "context": context}


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        (f"GET {CHECK}", True),
        (f"GET {CHECK}/{{proxy+}}", True),
        (f"POST {CHECK}/check", False),
        (f"POST {CHECK}/check/{{proxy+}}", False),
        ("POST /api/v1/report/events", False),
        ("POST /api/v1/report/events/{proxy+}", False),
        ("$default", False),
    ],
)
def test_the_edge_lets_a_token_into_checks_only(route: str, allowed: bool) -> None:  # noqa: FBT001
    assert authorize_at_edge(create_token(), route)["isAuthorized"] is allowed


def test_a_token_is_recognised_without_a_read_but_once_a_minute(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [create_token(), create_token("beta")]
    reads = []
    for seconds in (0, 30, 59, 60, 90):
        set_clock(monkeypatch, "api_keys/authorize", NOON + timedelta(seconds=seconds))
        with record_requests(parity_table.client) as requests:
            for token in tokens:
                authorize(token)
        reads.append(len(requests))
    assert reads == [1, 0, 0, 1, 0]


def test_forged_tokens_cost_one_read_a_second_and_expired_ones_none(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorize(create_token())
    forged_by = SigningKey("00000000", b"x" * 32, NOON)
    forged, expired = (
        write_token(new_customer_token(forged_by, "acme", lifetime, NOON), forged_by)
        for lifetime in (HOUR, -HOUR)
    )
    reads = []
    for token, seconds in ((forged, 0), (forged, 1), (forged, 1.5), (expired, 9), (forged, 9)):
        set_clock(monkeypatch, "api_keys/authorize", NOON + timedelta(seconds=seconds))
        with record_requests(parity_table.client) as requests, pytest.raises(UnauthorizedError):
            authorize(token)
        reads.append(len(requests))
    assert reads == [0, 1, 0, 0, 1]


def test_the_keys_are_changed_after_a_month_and_tokens_stay_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_token()
    last_of_old = NOON + KEY_LIFETIME - timedelta(seconds=1)
    set_clocks(monkeypatch, last_of_old)
    old = create_token()
    set_clocks(monkeypatch, NOON + KEY_LIFETIME)
    new = create_token()
    old_key, new_key = (authorize(token)["context"]["keyId"] for token in (old, new))
    assert old_key != new_key
    set_clocks(monkeypatch, NOON + 2 * KEY_LIFETIME)
    newest = create_token(expiresInSeconds=86400)
    stored = signing_key_store().get()
    assert stored
    assert [f"ct_{key.key_id}" for key in (stored.current, stored.previous) if key] == [
        authorize(newest)["context"]["keyId"],
        new_key,
    ]


def test_without_its_key_no_token_is_good(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    token = create_token()
    authorize(token)
    parity_table.delete(keys.signing_keys())
    set_clock(monkeypatch, "api_keys/authorize", NOON + timedelta(minutes=1))
    with pytest.raises(UnauthorizedError):
        authorize(token)
    set_clock(monkeypatch, "api_keys/authorize", NOON + timedelta(seconds=61))
    assert authorize(create_token())["context"]["customerId"] == "acme"


def test_two_first_tokens_at_once_are_signed_by_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    replace = SigningKeyStore.replace
    theirs: list[str] = []

    def replace_late(store: SigningKeyStore, *both: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(SigningKeyStore, "replace", replace)
        theirs.append(create_token("beta"))
        replace(store, *both)

    monkeypatch.setattr(SigningKeyStore, "replace", replace_late)
    mine = create_token()
    assert authorize(mine)["principalId"] == authorize(theirs[0])["principalId"]


def test_keys_are_not_replaced_by_one_who_has_not_seen_them() -> None:
    create_token()
    store = signing_key_store()
    seen = store.get()
    assert seen
    for old in (None, SigningKeys(SigningKey("00000000", b"", NOON))):
        with pytest.raises(VersionChangedError):
            store.replace(old, seen)


def make_events(context: dict[str, Any], customer_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The reads that a token is for, as the core and the edge send them."""
    query = f"customer_id={quote(customer_id)}"
    core = make_rest_event("GET", CHECK, query=query)
    rich = make_rest_event("GET", LIST, parameters={"customerId": quote(customer_id, safe="")})
    edge = make_http_event("GET", CHECK, query=query)
    for event in (core, rich):
        event["requestContext"]["authorizer"] = {**context, "principalId": "ct_1"}
    edge["requestContext"]["authorizer"] = {"lambda": context}
    return [("entitlements/check", core), ("entitlements/list", rich), ("entitlements/check", edge)]


def read(context: dict[str, Any], customer_id: str) -> list[int]:
    return [invoke(operation, event).status for operation, event in make_events(context, customer_id)]


@pytest.mark.parametrize("identifier", ["acct*1", "a:b", "${x}", "a b", "Ünï-木-🎉", "a.b", "x" * 255])
def test_the_operations_answer_about_the_customer_of_the_token_only(identifier: str) -> None:
    create_customer("Odd", customerId=identifier)
    context = authorize(create_token(identifier))["context"]
    assert all(value.isascii() for value in context.values())
    assert read(context, identifier) == [200] * 3
    for other in ("acme", "nobody", identifier[:-1], f"{identifier}1"[-255:], "acct-1"):
        for operation, event in make_events(context, other):
            assert refusal(invoke(operation, event)) == (403, "forbidden")


def test_a_token_that_expires_while_a_gateway_remembers_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = authorize(create_token())["context"]
    set_clocks(monkeypatch, NOON + HOUR - timedelta(microseconds=1))
    assert read(context, "acme") == [200] * 3
    set_clocks(monkeypatch, NOON + HOUR)
    for operation, event in make_events(context, "acme"):
        reply = invoke(operation, event)
        assert refusal(reply) == (401, "unauthorized")
        assert reply.headers["www-authenticate"] == "Bearer"


def test_a_check_names_its_customer_even_with_a_token() -> None:
    context = authorize(create_token())["context"]
    for operation, event in make_events(context, ""):
        if operation == "entitlements/check":
            assert wrong_fields(invoke(operation, event)) == {"customer_id": 1}


def test_a_token_of_a_customer_who_was_archived_since_reads_as_a_key_would() -> None:
    context = authorize(create_token())["context"]
    archive_customer("acme")
    assert read(context, "acme") == read({"keyKind": "sk"}, "acme")


def test_keys_read_any_customer() -> None:
    for kind in ("sk", "rk", "pk"):
        assert read({"keyKind": kind, "keyId": "key_1"}, "beta") == [200] * 3
