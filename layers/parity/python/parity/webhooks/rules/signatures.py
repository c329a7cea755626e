"""The headers that prove who sent a request (docs/webhooks.md, "Verify").

Both ways sign `<id>.<seconds since 1970>.<body>` with HMAC-SHA256. Standard Webhooks takes the bytes of the
secret as the key, writes the signature in base64, and allows several. Kelviq takes the secret's whole text,
writes lower-case hexadecimal, and allows one (docs/contract.md, "Webhooks").
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from parity.webhooks.rules.secrets import Signature, show_secret

if TYPE_CHECKING:
    from datetime import datetime

    from parity.webhooks.rules.secrets import WebhookSecrets


def sign(
    signature: Signature, secrets: WebhookSecrets, event_id: str, body: bytes, sent_on: datetime
) -> dict[str, str]:
    """The headers of one request."""
    seconds = int(sent_on.timestamp())
    content = f"{event_id}.{seconds}.".encode() + body
    if signature is Signature.KELVIQ:
        signed = f"v1,{_digest(show_secret(secrets.current, signature).encode(), content).hex()}"
    else:
        digests = [_digest(b64decode(secret), content) for secret in secrets.valid_at(sent_on)]
        signed = " ".join(f"v1,{b64encode(digest).decode()}" for digest in digests)
    return {"webhook-id": event_id, "webhook-timestamp": str(seconds), "webhook-signature": signed}


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, sha256)
