"""Tries a running Parity from outside, as a product would: `make smoke URL= KEY=` (docs/operations.md).

A customer of its own is created, subscribes, is checked, uses something, and is archived, whatever happens.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import httpx

from tools.api_client import Api, ApiError, Json, read_address

IDENTIFIER = "smoke-test"
"""The feature and the plan of this test. They stay in the catalogue, and the next run finds them."""

LIMIT = 10
REPORTED = 3
"""To each gateway."""

SERIES_SECONDS = 90
"""Usage over time follows from the table's stream; on a new stack its function starts a minute late."""

CONFLICT = httpx.codes.CONFLICT
UNAUTHORIZED = httpx.codes.UNAUTHORIZED
NOT_FOUND = httpx.codes.NOT_FOUND


class SmokeError(ApiError):
    """An answer that was expected says what it should not; its text is one sentence."""


@dataclass(frozen=True)
class SmokeTest:
    """The steps for one customer. `edge` is the core if no edge was given."""

    core: Api
    edge: Api
    customer_id: str

    def run(self, say: Callable[[str], None]) -> None:
        """Runs all steps. The customer is archived at the end, also when a step fails."""
        self.offer_plan()
        say(f"The catalogue has the plan {IDENTIFIER}.")
        try:
            self.core.post("/customers", {"customerId": self.customer_id, "name": "Smoke test"})
            say(f"The customer {self.customer_id} is created.")
            self.subscribe_and_use(say)
        except ApiError as error:
            say(f"That fails: {error}")
            raise
        finally:
            self.archive()
            say(f"The customer {self.customer_id} is archived.")

    def offer_plan(self) -> None:
        """Publishes the plan unless it is; goes on where an earlier run failed."""
        path = f"/catalog/plans/{IDENTIFIER}"
        found = self.core.get(path, NOT_FOUND)
        if found.is_success and found.json()["publishedVersion"]:
            return
        named = {"name": "Smoke test", "identifier": IDENTIFIER}
        entitlement = {"value": LIMIT, "reset": "EVERY_MONTH", "hardLimit": True}
        price = {"chargePeriod": "MONTHLY", "priceType": "FREE"}
        steps: list[tuple[str, Json]] = [
            ("/catalog/features", named | {"featureType": "METER"}),
            ("/catalog/plans", named),
            (f"{path}/features", {"planEntitlements": [{"feature": IDENTIFIER, "details": entitlement}]}),
            (f"{path}/prices/bulk", {"prices": [price]}),
            (f"{path}/publish", {}),
        ]
        for step, body in steps:
            self.core.post(step, body, CONFLICT)

    def subscribe_and_use(self, say: Callable[[str], None]) -> None:
        terms = {"customerId": self.customer_id, "planIdentifier": IDENTIFIER, "chargePeriod": "MONTHLY"}
        self.core.post("/subscriptions/create", terms)
        say("It has subscribed.")
        self.expect_check(used=0)
        say("A check grants it the feature, of which nothing is used.")
        for times, api in enumerate((self.core, self.edge), start=1):
            self.report(api, REPORTED)
            self.expect_check(used=times * REPORTED)
        used = 2 * REPORTED
        say(f"{used} are reported, and the next check shows them.")
        for api in (self.core, self.edge):
            refused = self.report(api, LIMIT, CONFLICT)
            if refused.is_success:
                raise SmokeError(f"A report was counted that passes the hard limit: {refused.text}")
        say("A report that would pass the limit is refused.")
        self.wait_for_usage_over_time(used)
        say("Usage over time shows what was reported.")

    def report(self, api: Api, value: int, *also: int) -> httpx.Response:
        usage = {"customerId": self.customer_id, "featureId": IDENTIFIER, "behaviour": "DELTA"}
        return api.post("/report/usage", usage | {"value": value, "enforce": True}, *also)

    def expect_check(self, used: int) -> None:
        for api in (self.core, self.edge):
            answer = api.get("/entitlements", customer_id=self.customer_id, feature_id=IDENTIFIER)
            (entry,) = answer.json()["entitlements"]
            if (entry["hasAccess"], entry["currentUsage"]) != (True, used):
                raise SmokeError(f"A check should grant access with {used} of {LIMIT} used: {entry}")

    def wait_for_usage_over_time(self, used: int) -> None:
        deadline = time.monotonic() + SERIES_SECONDS
        while (shown := self.read_usage_over_time()) != used:
            if time.monotonic() > deadline:
                raise SmokeError(f"Usage over time shows {shown} in place of {used}.")
            time.sleep(0.5)

    def read_usage_over_time(self) -> int:
        total: int = self.core.get(f"/customers/{self.customer_id}/usage", featureId=IDENTIFIER).json()[
            "total"
        ]
        return total

    def archive(self) -> None:
        """Ends its subscriptions and archives it. It may not exist: its creation is what failed."""
        live = self.core.get("/subscriptions", NOT_FOUND, customer_id=self.customer_id)
        for subscription in live.json().get("results", []):
            path = f"/subscriptions/{subscription['id']}/cancel"
            self.core.post(path, {"cancellationType": "IMMEDIATE"}, CONFLICT)
        self.core.delete(f"/customers/{self.customer_id}", NOT_FOUND)


def expect_keys_asked_for(url: str) -> None:
    answer = Api(url, key="").get("/customers", UNAUTHORIZED)
    if answer.is_success:
        raise SmokeError("A request without a key was answered.")


def run_smoke_test(url: str, edge_url: str, key: str, say: Callable[[str], None]) -> None:
    """Runs the test against both URLs. Raises ApiError at the first thing that is not as it should be."""
    started = time.monotonic()
    expect_keys_asked_for(url)
    say("Without a key nothing is answered.")
    core = Api(url, key)
    edge = Api(edge_url, key) if edge_url else core
    SmokeTest(core, edge, f"{IDENTIFIER}-{uuid4().hex[:12]}").run(say)
    say(f"Parity works at {url} ({time.monotonic() - started:.1f} s).")


def main() -> None:
    url, key = read_address("make smoke")
    try:
        run_smoke_test(url, os.environ.get("EDGE", ""), key, print)
    except ApiError as error:
        sys.exit(f"Parity does not work at {url}: {error}")


if __name__ == "__main__":
    main()
