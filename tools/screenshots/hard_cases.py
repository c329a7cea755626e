"""What the demo data does not have: names and numbers that are hard to show, a draft, a log of webhooks."""

from __future__ import annotations

from functools import partial

from local.seed.demo.api import Api
from tests.support.engines.processes import wait_until

LONG = "Internationale Wörterbuch-Handelsgesellschaft für Donaudampfschifffahrtskapitänsmützen mbH & Co. KG"
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2
CUSTOMERS = {
    "no-plan-yet": "No plan yet",
    "numbers": "From nothing to a lot",
    "hard-arabic": "مؤسسة النور للبرمجيات والخدمات السحابية المحدودة",
    "hard-hebrew": "ענן כחול בע״מ (Blue Cloud)",
    "hard-long": LONG,
    f"hard-{'x' * 120}": LONG_WORD,
    "hard-short": "Ø",
}
HUGE = 9_007_199_254_740_991
"""The largest whole number that JSON has in every language."""


def create_hard_cases(api: Api) -> None:
    for customer_id, name in CUSTOMERS.items():
        email = f"{customer_id[:40]}@example.com"
        api.post("/customers", {"customerId": customer_id, "name": name, "email": email})
    subscribe(api, "hard-arabic", "team", "MONTHLY")
    use_from_nothing_to_a_lot(api)
    draft_version(api)
    api.post("/api-keys", {"name": "Billing", "kind": "sk"})
    revoked = api.post("/api-keys", {"name": "Last year's shop", "kind": "rk"})
    api.delete(f"/api-keys/{revoked['id']}")


def subscribe(api: Api, customer_id: str, plan: str, period: str) -> None:
    terms = {"customerId": customer_id, "planIdentifier": plan, "chargePeriod": period}
    api.post("/subscriptions/create", terms)


def use_from_nothing_to_a_lot(api: Api) -> None:
    subscribe(api, "numbers", "team", "YEARLY")
    path = "/customers/numbers"
    api.put(f"{path}/overrides/seats", {"value": 0})
    api.put(f"{path}/overrides/sso", {"value": False, "note": "Not before the contract is signed"})
    api.post(f"{path}/grants", {"featureId": "exports", "value": 9_000_000_000_000})
    api.put(f"{path}/overrides/ai-tokens", {"value": HUGE, "reset": "EVERY_MONTH"})
    api.put(f"{path}/overrides/api-calls", {"value": 0, "reset": "EVERY_DAY"})
    usage = {"customerId": "numbers", "featureId": "exports", "behaviour": "SET", "value": 1_234_567_890_123}
    api.post("/report/usage", usage)


def draft_version(api: Api) -> None:
    """A draft of a plan that is sold, with more, less and other than before."""
    api.post("/catalog/features", {"name": LONG[:80], "identifier": "long", "featureType": "BOOLEAN"})
    features = [{"feature": "long", "details": {"value": True}}]
    api.post("/catalog/plans/team/features", {"planEntitlements": features})
    api.delete("/catalog/plans/team/features/sso")
    api.patch("/catalog/plans/team/features/exports", {"details": {"value": HUGE}})
    price = {"priceType": "PAID", "currency": "USD"}
    prices = [
        price | {"chargePeriod": "MONTHLY", "amount": "25.00", "freeTrial": True, "trialPeriod": 14},
        price | {"chargePeriod": "YEARLY", "amount": "999999999.99"},
    ]
    api.post("/catalog/plans/team/prices/bulk", {"prices": prices})


def send_webhooks(api: Api, url: str) -> None:
    """Two test events to an endpoint, of which the first is refused."""
    endpoint = api.post("/webhook-endpoints", {"url": url, "description": "The billing system"})
    for number in (1, 2):
        api.post(f"/webhook-endpoints/{endpoint['id']}/test")
        wait_until(partial(has_attempted, api, number))


def has_attempted(api: Api, deliveries: int) -> bool:
    return sum(bool(each["attempts"]) for each in api.get("/webhook/logs")["results"]) >= deliveries
