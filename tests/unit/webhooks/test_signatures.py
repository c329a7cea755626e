"""Signatures, verified by the specification's own library and by what the vendor documents."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from parity.webhooks.rules.secrets import Signature, WebhookSecrets, generate_secret, show_secret
from parity.webhooks.rules.signatures import sign

EVENT_ID = "3b5d2f2e-8f0a-4c57-9a0e-2f3d8b7a5510"
BODY = json.dumps({"id": EVENT_ID, "name": "Zoë"}, ensure_ascii=False).encode()
OLD, NEW = generate_secret(), generate_secret()


@pytest.fixture
def sent_at() -> datetime:
    """The library refuses what was sent more than five minutes ago."""
    return datetime.now(UTC)


def verify_as_kelviq(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """What docs/contract.md, "Webhooks" says, written for this test alone."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    version, _, given = headers["webhook-signature"].partition(",")
    return version == "v1" and given == expected


def verify_as_standard(headers: dict[str, str], body: bytes, secret: str) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_the_library_of_standard_webhooks_verifies_the_one(sent_at: datetime) -> None:
    headers = sign(Signature.STANDARD, WebhookSecrets(NEW), EVENT_ID, BODY, sent_at)
    secret = show_secret(NEW, Signature.STANDARD)
    assert verify_as_standard(headers, BODY, secret)
    assert not verify_as_standard(headers, BODY + b" ", secret)
    assert not verify_as_standard(headers | {"webhook-id": "another"}, BODY, secret)
    assert not verify_as_standard(headers, BODY, show_secret(OLD, Signature.STANDARD))


def test_both_secrets_verify_for_a_day_and_then_only_the_new_one(sent_at: datetime) -> None:
    secrets = WebhookSecrets(NEW, OLD, sent_at + timedelta(minutes=1))
    old, new = (show_secret(secret, Signature.STANDARD) for secret in (OLD, NEW))
    before = sign(Signature.STANDARD, secrets, EVENT_ID, BODY, sent_at)
    assert [verify_as_standard(before, BODY, secret) for secret in (old, new)] == [True, True]
    after = sign(Signature.STANDARD, secrets, EVENT_ID, BODY, sent_at + timedelta(minutes=1))
    assert [verify_as_standard(after, BODY, secret) for secret in (old, new)] == [False, True]


def test_the_vendors_way_is_one_lower_case_signature_over_the_exact_bytes(sent_at: datetime) -> None:
    secrets = WebhookSecrets(NEW, OLD, sent_at + timedelta(days=1))
    headers = sign(Signature.KELVIQ, secrets, EVENT_ID, BODY, sent_at)
    secret = show_secret(NEW, Signature.KELVIQ)
    assert secret == f"kq_whsec_{NEW}"
    assert verify_as_kelviq(headers, BODY, secret)
    assert not verify_as_kelviq(headers, json.dumps(json.loads(BODY)).encode(), secret)
    assert not verify_as_kelviq(headers, BODY, NEW)
    assert not verify_as_kelviq(headers, BODY, show_secret(OLD, Signature.KELVIQ))
    assert headers["webhook-signature"] == headers["webhook-signature"].lower()
    assert " " not in headers["webhook-signature"]


@pytest.mark.parametrize("signature", Signature)
def test_the_headers_name_the_event_and_the_second_of_sending(
    signature: Signature, sent_at: datetime
) -> None:
    headers = sign(signature, WebhookSecrets(NEW), EVENT_ID, BODY, sent_at)
    assert headers.keys() == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert headers["webhook-id"] == EVENT_ID
    assert headers["webhook-timestamp"] == str(int(sent_at.timestamp()))


def test_secrets_are_long_and_differ() -> None:
    assert len({generate_secret() for _ in range(100)}) == 100
