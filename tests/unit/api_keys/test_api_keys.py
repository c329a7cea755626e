"""The form of API keys, and how a mistyped one is recognised."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.api_keys.rules.api_keys import (
    ALPHABET,
    ApiKeyKind,
    digest_of,
    generate_key,
    is_well_formed,
    new_api_key,
)

KEY = generate_key(ApiKeyKind.SECRET)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", ApiKeyKind)
def test_a_generated_key_is_well_formed_and_starts_with_its_kind(kind: ApiKeyKind) -> None:
    key = generate_key(kind)
    assert is_well_formed(key)
    assert key.startswith(f"{kind.value}_")
    assert len(key) == 41


def test_no_key_is_generated_twice() -> None:
    assert len({generate_key(ApiKeyKind.SECRET) for _ in range(100)}) == 100


@pytest.mark.parametrize("position", range(len(KEY)))
def test_one_changed_character_is_noticed(position: int) -> None:
    others = set(ALPHABET + "_") - {KEY[position]}
    assert not any(is_well_formed(KEY[:position] + other + KEY[position + 1 :]) for other in others)


@pytest.mark.parametrize(
    "key",
    ["", "sk_", "sk", KEY[3:], KEY[:-1], KEY + "0", f" {KEY}", KEY.upper(), "é" * 41, "\ud800" * 41],
    ids=range(10),
)
def test_other_text_is_no_key(key: str) -> None:
    assert not is_well_formed(key)


@given(st.text(max_size=60))
def test_any_text_can_be_checked(text: str) -> None:
    assert not is_well_formed(text)
    assert not is_well_formed(f"sk_{text}")


def test_only_the_digest_of_a_key_and_what_identifies_it_to_people_are_stored() -> None:
    api_key = new_api_key(KEY, "Server", NOW)
    digest = sha256(KEY.encode()).hexdigest()
    assert api_key.digest == digest_of(KEY) == digest
    assert (api_key.kind, api_key.prefix, api_key.last_four) == (ApiKeyKind.SECRET, KEY[:7], KEY[-4:])
    assert api_key.key_id == f"key_{digest[:16]}"
    assert api_key.last_used_on is api_key.revoked_on is None
    assert KEY[7:-4] not in repr(api_key)
