"""API keys: what each kind may do, and how one is made, shown, revoked and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key
from parity.dynamodb.table import Table
from tests.e2e.shared_cloud.conftest import TIMEOUT_SECONDS, GatewayClock
from tests.support.answers import http_refusal
from tests.support.fakes.tables import scan_items

CACHE_SECONDS = 60
"""For how long the gateway remembers a key, by the template."""

Call = tuple[str, str]
FORBIDDEN = (403, "forbidden")


@pytest.fixture
def new_key(client: httpx.Client, identifier: str) -> Callable[[str], dict[str, Any]]:
    """Creates a key of a kind."""

    def create(kind: str) -> dict[str, Any]:
        answer = client.post("/api-keys", json={"name": identifier, "kind": kind})
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    return create


@pytest.fixture(scope="package")
def keyless_client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{url}/api/v1", timeout=TIMEOUT_SECONDS) as client:
        yield client


@pytest.fixture
def send(keyless_client: httpx.Client) -> Callable[..., httpx.Response]:
    """Sends a request with the key given."""

    def send(key: str, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        return keyless_client.request(method, path, headers={"Authorization": f"Bearer {key}"}, **request)

    return send


def find_key(client: httpx.Client, key_id: str) -> dict[str, Any]:
    """The key as the list shows it."""
    (found,) = [row for row in client.get("/api-keys").json()["results"] if row["id"] == key_id]
    row: dict[str, Any] = found
    return row


def test_a_new_key_is_returned_once_and_never_listed_or_stored(
    client: httpx.Client, cloud_table: Table, new_key: Callable[[str], dict[str, Any]], identifier: str
) -> None:
    created = new_key("sk")
    key = created.pop("key")
    assert key.startswith("sk_")
    assert created == {
        "id": created["id"],
        "name": identifier,
        "kind": "sk",
        "prefix": key[:7],
        "lastFour": key[-4:],
        "createdOn": created["createdOn"],
        "lastUsedOn": None,
        "revokedOn": None,
    }
    assert find_key(client, created["id"]) == created
    assert key not in client.get("/api-keys").text
    assert key not in repr(scan_items(cloud_table))


def test_a_key_is_a_server_key_unless_its_kind_is_given(client: httpx.Client, identifier: str) -> None:
    created = client.post("/api-keys", json={"name": identifier}).json()
    assert (created["kind"], created["key"][:3]) == ("sk", "sk_")


def test_a_replayed_creation_makes_no_second_key_and_shows_none(
    client: httpx.Client, identifier: str
) -> None:
    first, second = (
        client.post("/api-keys", json={"name": identifier}, headers={"Idempotency-Key": identifier})
        for _ in range(2)
    )
    assert first.json()["key"].startswith("sk_")
    assert (second.status_code, second.headers["idempotent-replayed"]) == (201, "true")
    assert second.json() == first.json() | {"key": None}
    names = [row["name"] for row in client.get("/api-keys").json()["results"]]
    assert names.count(identifier) == 1


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "kind": "ak"}, {"name": "x", "key": "sk_1"}, []]
)
def test_a_key_that_is_badly_described_is_refused(client: httpx.Client, body: object) -> None:
    count = client.get("/api-keys").json()["count"]
    assert http_refusal(client.post("/api-keys", json=body)) == (400, "invalid_request")
    assert client.get("/api-keys").json()["count"] == count


def test_the_list_is_newest_first_and_complete(
    client: httpx.Client, new_key: Callable[[str], dict[str, Any]]
) -> None:
    made = [new_key(kind)["id"] for kind in ("sk", "rk", "pk")]
    page = client.get("/api-keys").json()
    assert [row["id"] for row in page["results"][:3]] == made[::-1]
    assert page["count"] == len(page["results"])
    assert (page["next"], page["previous"]) == (None, None)


EVERYTHING: list[Call] = [
    ("GET", "/customers"),
    ("GET", "/customers/{id}"),
    ("POST", "/customers"),
    ("PATCH", "/customers/{id}"),
    ("DELETE", "/customers/{id}"),
    ("POST", "/customers/{id}/unarchive"),
    ("POST", "/customers/import"),
    ("GET", "/api-keys"),
    ("POST", "/api-keys"),
    ("DELETE", "/api-keys/key_0000000000000000"),
]
ALLOWED = {"sk": EVERYTHING, "rk": EVERYTHING[:2], "pk": []}


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_key_may_do_what_its_kind_says_and_nothing_else(
    new_key: Callable[[str], dict[str, Any]],
    send: Callable[..., httpx.Response],
    identifier: str,
    kind: str,
    slash: str,
) -> None:
    key, forbidden = new_key(kind)["key"], []
    for method, path in EVERYTHING:
        answer = send(key, method, path.format(id=identifier) + slash)
        if answer.status_code == 403:
            assert http_refusal(answer) == FORBIDDEN
            forbidden.append((method, path))
    assert forbidden == [call for call in EVERYTHING if call not in ALLOWED[kind]]


def test_what_a_key_did_first_does_not_narrow_what_it_may_do_next(
    new_key: Callable[[str], dict[str, Any]], send: Callable[..., httpx.Response], identifier: str
) -> None:
    key = new_key("sk")["key"]
    assert send(key, "GET", f"/customers/{identifier}").status_code == 404
    assert send(key, "POST", "/customers", json={"customerId": identifier}).status_code == 201
    assert send(key, "DELETE", f"/customers/{identifier}").status_code == 204


def test_neither_the_stage_prefix_nor_the_case_of_the_header_evades_a_refusal(
    url: str, new_key: Callable[[str], dict[str, Any]]
) -> None:
    key = new_key("pk")["key"]
    for base in (url, f"{url}/dev"):
        for name, scheme in (("authorization", "bearer"), ("AUTHORIZATION", "BEARER")):
            answer = httpx.get(f"{base}/api/v1/customers", headers={name: f"{scheme} {key}"})
            assert http_refusal(answer) == FORBIDDEN


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer sk_",
        "Bearer sk_0000",
        "Bearer {key}x",
        "Bearer {swapped}",
        "Bearer {unknown}",
        "Bearer Bearer {key}",
        "Basic {key}",
        "{key}",
        "Bearer {key}, Bearer {key}",
        "Bearer " + "x" * 4000,
        "Bearer \t'\";--",
    ],
)
def test_a_missing_or_unknown_key_is_401_everywhere(
    keyless_client: httpx.Client, key: str, header: str | None
) -> None:
    swapped = key[:3] + key[4] + key[3] + key[5:] if key[3] != key[4] else f"{key}x"
    unknown = generate_key(ApiKeyKind.SECRET)
    values = {"key": key, "swapped": swapped, "unknown": unknown}
    headers = {} if header is None else {"Authorization": header.format(**values)}
    for method, path in EVERYTHING:
        answer = keyless_client.request(method, path, headers=headers)
        assert http_refusal(answer) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("kind", "claimed"), [("pk", "sk"), ("pk", "rk"), ("rk", "sk")])
def test_a_key_cannot_be_turned_into_another_kind(
    new_key: Callable[[str], dict[str, Any]], send: Callable[..., httpx.Response], kind: str, claimed: str
) -> None:
    key = new_key(kind)["key"]
    assert send(key.replace(kind, claimed, 1), "GET", "/customers").status_code == 401


def test_a_revoked_key_is_refused_once_the_gateway_has_forgotten_it(
    client: httpx.Client,
    gateway_clock: GatewayClock,
    new_key: Callable[[str], dict[str, Any]],
    send: Callable[..., httpx.Response],
) -> None:
    created = new_key("sk")
    assert send(created["key"], "GET", "/customers").status_code == 200
    assert client.delete(f"/api-keys/{created['id']}").status_code == 204
    gateway_clock.advance(CACHE_SECONDS + 1)
    assert http_refusal(send(created["key"], "GET", "/customers")) == (401, "unauthorized")


def test_a_key_that_was_revoked_before_its_first_use_is_refused_at_once(
    client: httpx.Client, new_key: Callable[[str], dict[str, Any]], send: Callable[..., httpx.Response]
) -> None:
    created = new_key("sk")
    client.delete(f"/api-keys/{created['id']}")
    assert http_refusal(send(created["key"], "GET", "/customers")) == (401, "unauthorized")


def test_revoking_again_keeps_the_time_of_the_first(
    client: httpx.Client, new_key: Callable[[str], dict[str, Any]]
) -> None:
    key_id = new_key("sk")["id"]
    revoked_on = []
    for _ in range(2):
        assert client.delete(f"/api-keys/{key_id}/").status_code == 204
        revoked_on.append(find_key(client, key_id)["revokedOn"])
    assert revoked_on[0] is not None
    assert revoked_on[0] == revoked_on[1]


@pytest.mark.parametrize("key_id", ["key_0000000000000000", "unknown", "key_", "%00", "..."])
def test_an_unknown_key_cannot_be_revoked(client: httpx.Client, key_id: str) -> None:
    assert http_refusal(client.delete(f"/api-keys/{key_id}")) == (404, "api_key_not_found")


def test_the_use_of_a_key_is_noted(
    client: httpx.Client, new_key: Callable[[str], dict[str, Any]], send: Callable[..., httpx.Response]
) -> None:
    created = new_key("rk")
    assert find_key(client, created["id"])["lastUsedOn"] is None
    send(created["key"], "GET", "/customers")
    assert find_key(client, created["id"])["lastUsedOn"] > created["createdOn"]
