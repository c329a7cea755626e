"""The form of customer tokens: nobody else can make one, change one or move one to another customer."""

from __future__ import annotations

import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.api_keys.rules.customer_tokens import (
    KEY_LIFETIME,
    CustomerToken,
    SigningKey,
    SigningKeys,
    is_signed_by,
    new_customer_token,
    new_signing_key,
    read_token,
    write_token,
)
from parity.core.identifiers import checked_identifier

NOW = datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)
AT_TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY, OTHER_KEY = SigningKey("aaaa1111", b"a" * 32, NOW), SigningKey("bbbb2222", b"b" * 32, NOW)
ODD_IDENTIFIERS = [
    "acme",
    "a*b",
    "*",
    "a:b",
    "$",
    "${x}",
    "a b",
    "a.b..c",
    "Ünï-木-🎉",
    '"\\',
    "x" * 255,
    "é" * 200,
]
SIGNS = string.ascii_letters + string.digits + "-_."


def issue(customer_id: str = "acme", key: SigningKey = KEY) -> str:
    return write_token(new_customer_token(key, customer_id, HOUR, NOW), key)


def accept(text: str) -> CustomerToken | None:
    token = read_token(text)
    return token if token and is_signed_by(KEY, text) else None


def is_identifier(text: str) -> bool:
    try:
        return checked_identifier(text) == text
    except ValueError:
        return False


TOKEN = issue()


@given(st.text(min_size=1, max_size=255).filter(is_identifier))
def test_a_token_says_whom_it_is_for(customer_id: str) -> None:
    assert accept(issue(customer_id)) == CustomerToken(
        KEY.key_id, customer_id, datetime(2026, 3, 2, 10, tzinfo=UTC)
    )


@pytest.mark.parametrize("customer_id", ODD_IDENTIFIERS)
def test_any_identifier_fits_into_a_header(customer_id: str) -> None:
    text = issue(customer_id)
    token = accept(text)
    assert token
    assert token.customer_id == customer_id
    assert set(text) <= set(SIGNS)
    assert len(text) < 700


@given(st.data())
def test_a_changed_character_is_refused(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(TOKEN) - 1))
    other = data.draw(st.sampled_from(SIGNS + "=+/ é\n").filter(lambda sign: sign != TOKEN[position]))
    assert accept(TOKEN[:position] + other + TOKEN[position + 1 :]) is None


@given(st.integers(0, len(TOKEN) - 1), st.text(SIGNS + "=+/ é\n", min_size=1, max_size=4))
def test_an_inserted_or_a_missing_part_is_refused(position: int, added: str) -> None:
    assert accept(TOKEN[:position] + added + TOKEN[position:]) is None
    assert accept(TOKEN + added) is None
    assert accept(TOKEN[:position]) is None
    assert accept(TOKEN[:position] + TOKEN[position + 1 :]) is None


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for each in (text, f"ct_{text}", f"ct_{text}.{text}", text.encode("utf-8", "replace").decode()):
        assert accept(each) is None


@given(st.binary(max_size=300))
def test_any_payload_can_be_read(payload: bytes) -> None:
    assert accept(f"ct_{urlsafe_b64encode(payload).decode()}.{TOKEN.rpartition('.')[2]}") is None


def test_a_signature_does_not_fit_the_payload_of_another_token() -> None:
    (mine, my_signature), (other, other_signature) = (each.rsplit(".", 1) for each in (TOKEN, issue("beta")))
    assert accept(f"{mine}.{my_signature}")
    assert accept(f"{other}.{my_signature}") is None
    assert accept(f"{mine}.{other_signature}") is None
    assert accept(f"{other[3:]}.{other_signature}") is None


def test_a_token_of_another_key_is_refused() -> None:
    assert accept(issue(key=OTHER_KEY)) is None
    assert accept(issue(key=SigningKey(KEY.key_id, OTHER_KEY.secret, NOW))) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.", "2."),
        ("1.", ""),
        (".1772", ".9772"),
        (".1772", ".-772"),
        (".1772", ".x772"),
        (".1772", ".999991772"),
        (".acme", ".beta"),
    ],
    ids=["other version", "no version", "later", "negative", "no number", "beyond all dates", "customer"],
)
def test_a_payload_that_says_something_else_is_refused(old: str, new: str) -> None:
    payload = urlsafe_b64decode(TOKEN[3:].partition(".")[0] + "==").decode().replace(old, new, 1)
    forged = urlsafe_b64encode(payload.encode()).decode().rstrip("=")
    assert accept(f"ct_{forged}.{TOKEN.rpartition('.')[2]}") is None


def test_a_token_expires_on_the_second() -> None:
    token = read_token(TOKEN)
    assert token
    assert not token.is_expired(token.expires_on - timedelta(microseconds=1))
    assert token.is_expired(token.expires_on)


def test_keys_are_random_and_are_changed_after_a_month() -> None:
    first, second = new_signing_key(NOW), new_signing_key(NOW)
    assert len(first.secret) == 32
    assert first.secret != second.secret
    assert first.key_id != second.key_id
    keys = SigningKeys(first)
    assert not keys.is_due_for_change(NOW + KEY_LIFETIME - timedelta(microseconds=1))
    assert keys.is_due_for_change(NOW + KEY_LIFETIME)
