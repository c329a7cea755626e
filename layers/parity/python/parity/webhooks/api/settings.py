"""What the environment says about webhooks."""

from __future__ import annotations

import os


def allows_loopback() -> bool:
    """Whether requests may go to this machine, as in the local cloud."""
    return os.environ["ALLOW_LOOPBACK_WEBHOOKS"] == "true"
