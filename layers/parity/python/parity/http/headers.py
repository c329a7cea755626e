"""The headers of every answer, with and without a resolver."""

from __future__ import annotations

import os


def common_headers() -> dict[str, str]:
    """The gateway answers preflights, but every other answer needs the header of CORS, too.

    Answers are about one organisation's customers: no cache may keep them, and no browser may guess that a
    text is a script.
    """
    return {
        "Access-Control-Allow-Origin": os.environ.get("ALLOWED_ORIGIN", "*"),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
