"""Who may call what: each caller on each operation of the description, over the running gateways."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from parity.api_keys.rules.customer_tokens import SigningKey, new_customer_token, write_token
from parity.api_keys.store.signing_keys import SigningKeyStore
from parity.core.times import now
from parity.dynamodb.table import Table
from tests.support.answers import http_refusal
from tests.support.engines.issuer import Issuer
from tests.support.fakes.functions import EDGE_OPERATIONS, ROUTES
from tools import openapi

HOUR = timedelta(hours=1)
CHECK = "/api/v1/entitlements"
RICH = "/api/v1/customers/{customerId}/entitlements"
FOR_TOKENS = {("GET", CHECK), ("GET", RICH)}
CHECKS = {*FOR_TOKENS, ("POST", f"{CHECK}/check")}
EDGE = [ROUTES[operation] for operation in EDGE_OPERATIONS]
KINDS = ["sk", "rk", "pk"]
PEOPLE = ["admin", "reader"]
READERS = ["sk", "rk", *PEOPLE]
VALID = [*KINDS, *PEOPLE, "token", "token of another", "nobody's"]
INVALID = [
    "none",
    "no key",
    "no token",
    "expired",
    "forged",
    "of another key id",
    "wrong signature",
    "without signature",
    "moved to another",
    "truncated",
    "other version",
    "later expiry",
    "id token",
    "of another issuer",
]
ODD_IDENTIFIERS = ["a*b", "a:b", "$", "${x}", "a b", "a.b", "!('ü')", "木🎉", "x" * 240, "é" * 180]

Call = tuple[str, str]


@pytest.fixture(scope="module")
def operations() -> list[Call]:
    """The method and the path of each operation that is described."""
    paths: dict[str, dict[str, Any]] = json.loads(openapi.TARGET.read_text())["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


@pytest.fixture(scope="module")
def customer(client: httpx.Client) -> Iterator[str]:
    """The customer of the token; nothing may happen to it."""
    created = client.post("/customers", json={"name": "Matrix"})
    assert created.status_code == 201
    yield created.json()["customerId"]
    assert client.get(f"/customers/{created.json()['customerId']}").json() == created.json()


@pytest.fixture(scope="module")
def callers(client: httpx.Client, cloud_table: Table, customer: str, issuer: Issuer) -> dict[str, str]:
    """The key or token of each caller."""
    other = client.post("/customers", json={"name": "Matrix other"}).json()["customerId"]
    keys = {
        kind: client.post("/api-keys", json={"name": "Matrix", "kind": kind}).json()["key"] for kind in KINDS
    }
    token = create_token(client, customer)
    theirs = create_token(client, other)
    stored = SigningKeyStore(cloud_table).get()
    assert stored
    made_up = SigningKey("0" * 8, b"0" * 32, now())
    payload, signature = token.split(".")
    people = {name: issuer.make_tokens(f"{name}@example.com")["access_token"] for name in (*PEOPLE, "nobody")}
    other_issuer = Issuer({"admin@example.com": ["admin"]}, url=issuer.url)
    return keys | {
        "admin": people["admin"],
        "reader": people["reader"],
        "nobody's": people["nobody"],
        "id token": issuer.make_tokens("admin@example.com")["id_token"],
        "of another issuer": other_issuer.make_tokens("admin@example.com")["access_token"],
        "token": token,
        "token of another": theirs,
        "none": "",
        "no key": "sk_" + "0" * 38,
        "no token": "ct_",
        "expired": sign(stored.current, customer, age=2 * HOUR),
        "forged": sign(replace(made_up, key_id=stored.current.key_id), customer),
        "of another key id": sign(replace(stored.current, key_id="0" * 8), customer),
        "wrong signature": f"{payload}.{signature[::-1]}",
        "without signature": f"{payload}.",
        "moved to another": f"{payload}.{theirs.split('.')[1]}",
        "truncated": token[:-1],
        "other version": change_payload(token, "1.", "2."),
        "later expiry": change_payload(token, ".1", ".3"),
    }


def create_token(client: httpx.Client, customer_id: str) -> str:
    created = client.post(f"/customers/{quote(customer_id, safe='')}/tokens/")
    assert created.status_code == 201, created.text
    token: str = created.json()["token"]
    return token


def sign(key: SigningKey, customer_id: str, age: timedelta = timedelta()) -> str:
    return write_token(new_customer_token(key, customer_id, HOUR, now() - age), key)


def change_payload(token: str, old: str, new: str) -> str:
    payload, signature = token.removeprefix("ct_").split(".")
    text = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    assert old in text
    changed = urlsafe_b64encode(text.replace(old, new, 1).encode()).decode().rstrip("=")
    return f"ct_{changed}.{signature}"


@dataclass(frozen=True, slots=True)
class Doors:
    """The two gateways, the callers who try them, and the customer whose token there is."""

    client: httpx.Client
    core: str
    edge: str
    keys: dict[str, str]
    customer: str

    def call_core(self, caller: str, call: Call) -> httpx.Response:
        """A key is tried on a customer who does not exist, as it may do things to one who does."""
        may_change = caller in {*KINDS, *PEOPLE}
        customer_id = f"{self.customer}-unknown" if may_change else self.customer
        return self._call(self.core, caller, call, customer_id)

    def call_edge(self, caller: str, call: Call) -> httpx.Response:
        return self._call(self.edge, caller, call, self.customer)

    def _call(self, url: str, caller: str, call: Call, customer_id: str) -> httpx.Response:
        """Names the customer, and other things that do not exist."""
        method, path = call
        path = path.replace("{customerId}", customer_id).replace("{", "no-").replace("}", "")
        return self.client.request(
            method,
            f"{url}{path}",
            headers={"Authorization": f"Bearer {self.keys[caller]}"} if self.keys[caller] else {},
            params={"customer_id": customer_id} if call[1].rstrip("/") == CHECK else None,
            json=None if method == "GET" else {},
        )


@pytest.fixture(scope="module")
def doors(anonymous: httpx.Client, url: str, edge_url: str, callers: dict[str, str], customer: str) -> Doors:
    return Doors(anonymous, url, edge_url, callers, customer)


def allowed_calls(caller: str, operations: list[Call]) -> set[Call]:
    reads = {call for call in operations if call[0] == "GET" and not call[1].startswith("/api/v1/api-keys")}
    allowed = {"sk": set(operations), "rk": reads | CHECKS, "pk": CHECKS, "token": FOR_TOKENS}
    allowed |= {"admin": allowed["sk"], "reader": allowed["rk"]}
    return allowed.get(caller, set())


def test_the_matrix_has_every_route(operations: list[Call]) -> None:
    assert set(operations) == set(ROUTES.values())


@pytest.mark.parametrize(
    "caller",
    [
        *(pytest.param(caller, marks=pytest.mark.slow) for caller in READERS),
        *(caller for caller in VALID + INVALID if caller not in READERS),
    ],
)
def test_each_caller_may_call_on_the_core_what_it_may(
    caller: str, operations: list[Call], doors: Doors
) -> None:
    """Whoever may read everything starts every function, which takes a minute."""
    allowed = allowed_calls(caller, operations)
    wrong = []
    for call in operations:
        answer = doors.call_core(caller, call)
        if call not in allowed:
            refused = (401, "unauthorized") if caller in INVALID else (403, "forbidden")
            is_right = http_refusal(answer) == refused
        elif caller == "token":
            is_right = answer.status_code == 200
        else:
            is_right = answer.status_code not in {401, 403}
        if not is_right:
            wrong.append((*call, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("caller", VALID + INVALID)
@pytest.mark.parametrize("slash", ["", "/"])
def test_each_caller_may_call_on_the_edge_what_it_may(caller: str, slash: str, doors: Doors) -> None:
    """The edge's gateway answers 403 for a key that it does not know, and 401 without one."""
    allowed = allowed_calls(caller, EDGE)
    wrong = []
    for method, path in EDGE:
        status = doors.call_edge(caller, (method, path + slash)).status_code
        expected = {200, 400} if (method, path) in allowed else {401} if caller == "none" else {403}
        if status not in expected:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("customer_id", ODD_IDENTIFIERS)
def test_a_token_reads_a_customer_of_any_name_and_no_other(
    customer_id: str, client: httpx.Client, anonymous: httpx.Client, url: str, edge_url: str
) -> None:
    created = client.post("/customers", json={"name": "Odd", "customerId": customer_id})
    assert created.status_code == 201, created.text
    headers = {"Authorization": f"Bearer {create_token(client, customer_id)}"}

    def read(identifier: str, unescaped: str = "") -> set[int]:
        paths = [f"{url}{CHECK}?customer_id={quote(identifier, safe='')}"]
        paths.append(paths[0].replace(url, edge_url))
        paths += [
            f"{url}/api/v1/customers/{quote(identifier, safe=unescaped)}/entitlements{end}"
            for end in ("", "/")
        ]
        return {anonymous.get(path, headers=headers).status_code for path in paths}

    for unescaped in ("", "!'()*", "!$&'()*+,;=:@"):
        assert read(customer_id, unescaped) == {200}
    for other in (f"{customer_id}1", customer_id.replace("*", "1") + "1", "a1b", "acme", "*"):
        assert read(other) == {403}
