"""Terms of metered features that several stories have."""

from __future__ import annotations

FROM_START = {"reset": "EVERY_MONTH", "resetTime": "SUBSCRIPTION_START", "hardLimit": True}
"""Monthly windows that follow the billing periods."""

BY_CALENDAR = {"reset": "EVERY_MONTH", "hardLimit": True}
ONCE = {"reset": "NEVER", "hardLimit": True}
