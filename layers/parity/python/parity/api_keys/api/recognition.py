"""Who calls: a key, a customer token, or a person who has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.api_keys.api.authorizer import caller_for_person, caller_with_key, caller_with_token
from parity.api_keys.rules.customer_tokens import is_token
from parity.api_keys.rules.people import is_access_token
from parity.api_keys.service.api_keys import recognize_api_key
from parity.api_keys.service.customer_tokens import recognize_customer_token
from parity.api_keys.store.api_keys import api_key_store
from parity.api_keys.store.signing_keys import signing_key_store
from parity.api_keys.store.user_pools import user_pool

if TYPE_CHECKING:
    from datetime import datetime

    from parity.api_keys.api.authorizer import Caller


def recognize_caller(text: str, now: datetime) -> Caller | None:
    """The caller that the text of the Authorization header stands for; None if it is no good."""
    if is_token(text):
        token = recognize_customer_token(signing_key_store(), text, now)
        return caller_with_token(token) if token else None
    if is_access_token(text):
        return _recognize_person(text, now)
    api_key = recognize_api_key(api_key_store(), text, now)
    return caller_with_key(api_key) if api_key else None


def _recognize_person(text: str, now: datetime) -> Caller | None:
    pool = user_pool()
    if pool is None:
        return None
    # Slow to import, and in no layer where nobody can sign in.
    from parity.api_keys.service.people import recognize_person  # noqa: PLC0415

    person = recognize_person(pool, text, now)
    return caller_for_person(person) if person else None
