"""People who have signed in, at the Lambda authorizer: tokens of a user pool, and forged ones."""

from __future__ import annotations

import json
import socket
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import urllib3
from joserfc.jwk import RSAKey

from parity.api_keys.api.authorizer import UnauthorizedError
from parity.api_keys.store.user_pools import UserPool, UserPoolUnreachableError
from tests.support.fakes.authorizer import authorize, authorize_at_edge
from tests.support.fakes.functions import load_handler
from tests.support.fakes.user_pool import KEY_ID, FakePool

OTHERS_KEY = RSAKey.generate_key(2048)
HOUR = 3600


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> FakePool:
    """The pool that the authorizer knows."""
    pool = FakePool.create()
    monkeypatch.setenv("SIGN_IN_ISSUER", pool.issuer)
    monkeypatch.setenv("SIGN_IN_CLIENT_ID", pool.client_id)
    monkeypatch.setattr(urllib3, "request", pool.request)
    return pool


def decide(token: str) -> dict[str, Any]:
    return authorize(f"Bearer {token}")


def effects(decision: dict[str, Any]) -> dict[str, list[str]]:
    """The methods and paths of the policy, by its effect."""
    return {
        statement["Effect"]: [resource.split("/", 2)[2] for resource in statement["Resource"]]
        for statement in decision["policyDocument"]["Statement"]
    }


def now() -> int:
    return int(time.time())


def test_an_admin_may_call_everything(pool: FakePool) -> None:
    decision = decide(pool.sign_in("ann@example.com", "admin")["AccessToken"])
    assert effects(decision) == {"Allow": ["*/*"]}
    assert decision["context"]["keyKind"] == "person"
    assert unquote(decision["context"]["name"]) == "ann@example.com"


def test_a_reader_may_call_what_a_read_only_key_may(pool: FakePool) -> None:
    allowed = effects(decide(pool.sign_in("ann@example.com", "read")["AccessToken"]))
    assert allowed["Allow"][0] == "GET/*"
    assert not [call for call in allowed["Allow"] if not call.startswith("GET/") and "/check" not in call]
    assert allowed["Deny"] == ["*/api/v1/api-keys", "*/api/v1/api-keys/*"]


def test_who_is_in_both_groups_is_an_admin(pool: FakePool) -> None:
    token = pool.sign_in("ann@example.com", "read", "admin")["AccessToken"]
    assert effects(decide(token)) == {"Allow": ["*/*"]}


def test_who_is_in_no_group_is_forbidden_everything(pool: FakePool) -> None:
    for groups in (None, [], ["ADMIN"], ["sk", "us-east-1_x_Google"], "admin", {"admin": 1}):
        token = pool.forge(groups=groups)
        assert effects(decide(token)) == {"Deny": ["*/*"]}
        assert authorize_at_edge(f"Bearer {token}")["isAuthorized"] is False


def test_a_person_who_was_never_put_into_a_group_is_forbidden_everything(pool: FakePool) -> None:
    assert effects(decide(pool.sign_in()["AccessToken"])) == {"Deny": ["*/*"]}


def test_logs_get_an_id_that_names_nobody(pool: FakePool) -> None:
    decision = decide(pool.sign_in("ann@example.com", "admin")["AccessToken"])
    assert decision["principalId"] == decision["context"]["keyId"]
    assert decision["principalId"].startswith("person_")
    assert "ann" not in decision["principalId"]


def test_a_name_may_have_any_letters(pool: FakePool) -> None:
    name = decide(pool.forge(username="Ünï ${木} 🎉@example.com"))["context"]["name"]
    assert name.isascii()
    assert "$" not in name
    assert unquote(name) == "Ünï ${木} 🎉@example.com"


@pytest.mark.parametrize(
    ("group", "route", "allowed"),
    [
        ("admin", "POST /api/v1/report/events", True),
        ("read", "POST /api/v1/report/events", False),
        ("read", "GET /api/v1/entitlements", True),
    ],
)
def test_the_edge_lets_people_in_as_keys(group: str, route: str, allowed: bool, pool: FakePool) -> None:  # noqa: FBT001
    token = pool.sign_in("ann@example.com", group)["AccessToken"]
    decision = authorize_at_edge(f"Bearer {token}", route)
    assert decision["isAuthorized"] is allowed
    assert unquote(decision["context"]["name"]) == "ann@example.com"


def change_part(token: str, index: int, change: Callable[[str], str]) -> str:
    """The token with another text in its header (0) or its claims (1), and the signature of before."""
    parts = token.split(".")
    text = urlsafe_b64decode(parts[index] + "=" * (-len(parts[index]) % 4)).decode()
    changed = change(text)
    assert changed != text
    parts[index] = urlsafe_b64encode(changed.encode()).decode().rstrip("=")
    return ".".join(parts)


FORGED: dict[str, Callable[[FakePool], str]] = {
    "id token": lambda pool: pool.sign_in("ann@example.com", "admin")["IdToken"],
    "issuer of another pool": lambda pool: pool.forge(iss=f"{pool.issuer}x"),
    "issuer in a list": lambda pool: pool.forge(iss=[pool.issuer]),
    "no issuer": lambda pool: pool.forge(iss=None),
    "another client": lambda pool: pool.forge(client_id="other"),
    "audience in place of client": lambda pool: pool.forge(client_id=None, aud=pool.client_id),
    "use of an id token": lambda pool: pool.forge(token_use="id"),
    "no use": lambda pool: pool.forge(token_use=None),
    "expired": lambda pool: pool.forge(exp=now() - 10),
    "expired long ago": lambda pool: pool.forge(exp=1, iat=0),
    "no expiry": lambda pool: pool.forge(exp=None),
    "expiry as text": lambda pool: pool.forge(exp=str(now() + HOUR)),
    "not yet valid": lambda pool: pool.forge(nbf=now() + 60),
    "issued in the future": lambda pool: pool.forge(iat=now() + 60),
    "no subject": lambda pool: pool.forge(sub=None),
    "no name": lambda pool: pool.forge(username=None),
    "blank name": lambda pool: pool.forge(username=""),
    "key of another pool": lambda pool: pool.forge(key=OTHERS_KEY),
    "key id of another pool": lambda pool: pool.forge(key=OTHERS_KEY, header={"kid": "other"}),
    "no key id": lambda pool: change_part(pool.forge(), 0, lambda text: text.replace('"kid"', '"x"')),
    "key id is a list": lambda pool: change_part(
        pool.forge(), 0, lambda text: text.replace('"dummy"', '["dummy"]')
    ),
    "key in the header": lambda pool: pool.forge(key=OTHERS_KEY, header={"jwk": OTHERS_KEY.as_dict()}),
    "HS256 with the public key": lambda pool: pool.forge_with_shared_secret(pool.key.as_pem(private=False)),
    "RS512": lambda pool: pool.forge(header={"alg": "RS512"}),
    "PS256": lambda pool: pool.forge(header={"alg": "PS256"}),
    "none": lambda pool: change_part(
        pool.forge().rpartition(".")[0] + ".", 0, lambda text: text.replace("RS256", "none")
    ),
    "none with a signature": lambda pool: change_part(
        pool.forge(), 0, lambda text: text.replace("RS256", "none")
    ),
    "algorithm is a list": lambda pool: change_part(
        pool.forge(), 0, lambda text: text.replace('"RS256"', '["RS256"]')
    ),
    "no algorithm": lambda pool: change_part(pool.forge(), 0, lambda text: text.replace('"alg"', '"x"')),
    "header is a list": lambda pool: change_part(pool.forge(), 0, lambda _: '["alg"]'),
    "unknown critical header": lambda pool: change_part(
        pool.forge(), 0, lambda text: text.replace("{", '{"crit":["x"],"x":1,', 1)
    ),
    "critical header is a number": lambda pool: change_part(
        pool.forge(), 0, lambda text: text.replace("{", '{"crit":1,', 1)
    ),
    "other groups": lambda pool: change_part(
        pool.forge(groups=["read"]), 1, lambda text: text.replace("read", "admin")
    ),
    "claims are a list": lambda pool: change_part(pool.forge(), 1, lambda text: f"[{text}]"),
    "no signature": lambda pool: pool.forge().rpartition(".")[0] + ".",
    "two parts": lambda pool: pool.forge().rpartition(".")[0],
    "four parts": lambda pool: f"{pool.forge()}.x",
    "reversed signature": lambda pool: ".".join([*pool.forge().split(".")[:2], pool.forge()[::-1]]),
    "emoji": lambda pool: f"{pool.forge()}🎉",
    "huge": lambda pool: pool.forge(padding="x" * 9000),
    "deeply nested": lambda pool: change_part(pool.forge(), 0, lambda _: '{"alg":' + "[" * 5000),
    "endless number": lambda pool: change_part(pool.forge(), 0, lambda _: '{"alg":' + "9" * 5000 + "}"),
    "only a start": lambda _: "eyJ",
}


def test_a_forged_token_is_unauthorized(pool: FakePool) -> None:
    assert decide(pool.forge())["context"]["name"] == "ann@example.com"
    accepted = []
    for name, forge in FORGED.items():
        token = forge(pool)
        assert authorize_at_edge(f"Bearer {token}") == {"isAuthorized": False}, name
        with suppress(UnauthorizedError):
            accepted.append((name, decide(token)))
    assert accepted == []


def test_nobody_is_let_in_where_nobody_can_sign_in(pool: FakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGN_IN_ISSUER", "")
    monkeypatch.setitem(sys.modules, "parity.api_keys.service.people", None)
    with pytest.raises(UnauthorizedError):
        decide(pool.forge())
    assert pool.requests == []


def test_the_clocks_may_be_a_few_seconds_apart(pool: FakePool) -> None:
    assert decide(pool.forge(iat=now() + 3))
    assert decide(pool.forge(exp=now() - 2))


def test_keys_and_customer_tokens_do_not_load_what_checks_people(
    pool: FakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would slow down the authorizer's start."""
    monkeypatch.setitem(sys.modules, "parity.api_keys.service.people", None)
    for text in ("sk_" + "0" * 38, "ct_x.y", ""):
        with pytest.raises(UnauthorizedError):
            decide(text)


class TestTheKeysOfThePool:
    """They are read when they are needed, and kept."""

    def test_they_are_read_once_for_many_people(self, pool: FakePool) -> None:
        for token in (pool.forge(), pool.forge(username="bob@example.com")):
            decide(token)
        assert pool.requests == [f"GET {pool.issuer}/.well-known/jwks.json"]

    def test_an_unknown_key_has_them_read_again_at_most_every_ten_seconds(
        self, pool: FakePool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for seconds, reads in ((0, 1), (1, 1), (9, 1), (10, 2), (11, 2), (20, 3)):
            set_clock_to(monkeypatch, seconds)
            with pytest.raises(UnauthorizedError):
                decide(pool.forge(key=OTHERS_KEY, header={"kid": "other"}))
            assert len(pool.requests) == reads

    def test_a_new_key_is_found_while_the_old_one_is_in_use(
        self, pool: FakePool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decide(pool.forge())
        keys = [key.as_dict(private=False, kid=kid) for kid, key in ((KEY_ID, pool.key), ("new", OTHERS_KEY))]
        pool.answer = json.dumps({"keys": keys}).encode()
        set_clock_to(monkeypatch, 11)
        assert decide(pool.forge(key=OTHERS_KEY, header={"kid": "new"}))
        assert decide(pool.forge())
        assert len(pool.requests) == 2

    def test_a_key_that_the_pool_has_dropped_is_refused_an_hour_later(
        self, pool: FakePool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decide(pool.forge())
        pool.answer = json.dumps({"keys": [OTHERS_KEY.as_dict(private=False, kid="new")]}).encode()
        assert decide(pool.forge())
        set_clock_to(monkeypatch, HOUR + 1)
        with pytest.raises(UnauthorizedError):
            decide(pool.forge(exp=now() + 2 * HOUR))

    @pytest.mark.parametrize(
        "answer", [None, b"<html>", b"{}", b"[]", b'{"keys": [{}]}', b'{"keys": 1}', b"\xff"]
    )
    def test_a_token_is_not_called_bad_while_they_cannot_be_read(
        self, answer: bytes | None, pool: FakePool
    ) -> None:
        """The gateways answer 500, so that nobody is sent away to sign in again."""
        pool.answer, pool.is_down = answer, answer is None
        for authorize_person in (decide, lambda token: authorize_at_edge(f"Bearer {token}")):
            with pytest.raises(UserPoolUnreachableError):
                authorize_person(pool.forge())
        assert len(pool.requests) == 1

    def test_known_ones_are_used_while_they_cannot_be_read(
        self, pool: FakePool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decide(pool.forge())
        pool.is_down = True
        set_clock_to(monkeypatch, 2 * HOUR)
        assert decide(pool.forge(exp=now() + 3 * HOUR))
        assert len(pool.requests) == 2

    def test_they_are_read_again_after_an_outage(
        self, pool: FakePool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pool.is_down = True
        with pytest.raises(UserPoolUnreachableError):
            decide(pool.forge())
        pool.is_down = False
        set_clock_to(monkeypatch, 11)
        assert decide(pool.forge())


def set_clock_to(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """The authorizer's time, in seconds from now."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    monkeypatch.setattr(load_handler("api_keys/authorize"), "now", lambda: moment)


def test_a_pool_that_refuses_connections_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UserPoolUnreachableError, match="NewConnectionError"):
        UserPool(f"http://127.0.0.1:{port}", "client").find_key("x", datetime.now(UTC))
