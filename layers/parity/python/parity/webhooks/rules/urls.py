"""Which URLs an endpoint may have. Where its name leads is checked when something is sent (`addresses`)."""

from __future__ import annotations

import re

MAX_CHARACTERS = 2048
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
LAST_LABEL = "[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
"""It starts with a letter, so no IP address in whatever notation is a domain name."""

PORT = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
REST = r"(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?"
URL_PATTERN = rf"^https://(?:{LABEL}\.)+{LAST_LABEL}(?::{PORT})?{REST}$"
URL = re.compile(URL_PATTERN)
LOOPBACK_URL = re.compile(rf"^http://(?:127\.0\.0\.1|localhost|\[::1\])(?::{PORT})?{REST}$")


def checked_url(url: str, *, allows_loopback: bool) -> str:
    """The URL. Raises ValueError with what is wrong with it.

    With `allows_loopback`, `http://` to this machine is right, too: the local cloud sends there.
    """
    if len(url) > MAX_CHARACTERS:
        raise ValueError(f"must have at most {MAX_CHARACTERS} characters; it has {len(url)}.")
    if URL.fullmatch(url) or (allows_loopback and LOOPBACK_URL.fullmatch(url)):
        return url
    raise ValueError(
        "must be like https://shop.example/webhooks: HTTPS, a domain name and not an address, "
        "without a user, a password or a fragment, and with other characters percent-encoded."
    )
