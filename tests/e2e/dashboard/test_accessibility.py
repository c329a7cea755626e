"""axe-core finds nothing wrong in the states of the dashboard, and nothing is wider than the screen.

Each state is looked at in both colour schemes, at 360 and 1280 px.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from local.cloud import LocalCloud
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import (
    expect_accessible,
    needs_chromium,
    needs_dashboard,
    open_axe_page,
)
from tests.support.engines.processes import needs_engine
from tests.support.fakes.receivers import respond, run_receiver
from tests.support.scenarios.http_plans import ENTITLEMENTS, LARGE, SMALL, publish_plan, subscribe_customer

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def screen(browser: Browser, cloud: LocalCloud) -> Iterator[Page]:
    with open_axe_page(browser, cloud.url) as page:
        yield page


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_list_and_its_forms(screen: Page, client: httpx.Client, create_customer: CreateCustomer) -> None:
    word = f"a{uuid4().hex[:8]}"
    customer = create_customer(f"Wörterbuch-Handelsgesellschaft {word} " + "x" * 100, email="a@example.com")
    subscribe_customer(client, customer["customerId"])
    screen.goto(f"/customers?search={word}")
    expect(screen.get_by_role("row")).to_have_count(2)
    expect_accessible(screen, "list")
    screen.get_by_role("button", name="Actions for").click()
    expect(screen.get_by_role("menuitem", name="Edit")).to_be_visible()
    expect_accessible(screen, "menu")
    screen.get_by_role("menuitem", name="Edit").click()
    expect(screen.get_by_role("dialog")).to_be_visible()
    expect_accessible(screen, "edit")
    close_dialog(screen)
    screen.get_by_role("button", name="Actions for").click()
    screen.get_by_role("menuitem", name="Archive").click()
    expect_accessible(screen, "archive")
    screen.get_by_role("button", name="Confirm").click()
    expect(screen.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    expect_accessible(screen, "archive refused")
    close_dialog(screen)
    screen.get_by_role("button", name="New customer").click()
    screen.get_by_label("Customer name").fill("Marisol Quint")
    expect_accessible(screen, "create")
    screen.get_by_label("Customer name").fill("")
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_text("A customer needs a name.")).to_be_visible()
    expect_accessible(screen, "create with errors")
    close_dialog(screen)
    screen.keyboard.press("?")
    expect(screen.get_by_role("dialog", name="Keyboard")).to_be_visible()
    expect_accessible(screen, "keys")


def test_nothing_found_nothing_there_and_failures(screen: Page) -> None:
    screen.goto("/customers?search=qqqqqq")
    expect(screen.get_by_text("No customer was found")).to_be_visible()
    expect_accessible(screen, "nothing found")
    screen.goto("/customers/nobody-at-all")
    expect(screen.get_by_text("There is no such customer")).to_be_visible()
    expect_accessible(screen, "unknown customer")
    screen.goto("/no/such/page")
    expect(screen.get_by_text("There is no such page")).to_be_visible()
    expect_accessible(screen, "unknown page")
    screen.goto("/alerts?customer=nobody-at-all")
    expect(screen.get_by_text("No such alert")).to_be_visible()
    expect_accessible(screen, "no such alert")
    screen.route("**/api/v1/customers?*", lambda route: route.abort())
    screen.goto("/customers")
    expect(screen.get_by_role("alert")).to_be_visible()
    expect_accessible(screen, "failing")


def test_the_details_of_a_customer(
    screen: Page, client: httpx.Client, create_customer: CreateCustomer
) -> None:
    customer_id = create_customer("Isolde Grant")["customerId"]
    screen.goto(f"/customers/{customer_id}")
    expect(screen.get_by_text("No current subscription")).to_be_visible()
    expect_accessible(screen, "no subscription")
    subscription = subscribe_customer(client, customer_id)
    client.post(f"/subscriptions/{subscription['id']}/cancel/", json={"cancellationType": "IMMEDIATE"})
    subscribe_customer(client, customer_id)
    grant = {"featureId": "e2e-exports", "value": 7, "note": "Sorry for Monday"}
    client.post(f"/customers/{customer_id}/grants/", json=grant)
    client.put(f"/customers/{customer_id}/overrides/e2e-sso/", json={"value": False})
    usage = {"customerId": customer_id, "featureId": "e2e-exports", "value": 190, "behaviour": "DELTA"}
    client.post("/report/usage/", json=usage)
    screen.reload()
    expect(screen.get_by_role("table", name="Past subscriptions")).to_be_visible()
    expect_accessible(screen, "subscriptions")
    screen.get_by_role("button", name="Add subscription").click()
    expect_accessible(screen, "add subscription")
    close_dialog(screen)
    screen.get_by_role("button", name=f"Actions for {LARGE}").click()
    screen.get_by_role("menuitem", name="Change").click()
    screen.get_by_label("Plan").select_option(SMALL)
    screen.get_by_label("Price").select_option("MONTHLY")
    expect(screen.get_by_role("table", name="What changes")).to_be_visible()
    expect_accessible(screen, "change")
    close_dialog(screen)
    screen.get_by_role("button", name=f"Actions for {LARGE}").click()
    screen.get_by_role("menuitem", name="Cancel").click()
    screen.get_by_label("On a date").check()
    expect_accessible(screen, "cancel")
    close_dialog(screen)
    screen.get_by_role("tab", name="Entitlements").click()
    expect(screen.get_by_text("190 of 207")).to_be_visible()
    expect_accessible(screen, "entitlements")
    screen.get_by_role("button", name="Add grant").click()
    expect_accessible(screen, "add grant")
    close_dialog(screen)
    screen.get_by_role("button", name="Set override").click()
    expect_accessible(screen, "set override")
    close_dialog(screen)
    screen.get_by_role("tab", name="Usage").click()
    screen.get_by_label("Feature").select_option("e2e-exports")
    expect(screen.get_by_role("figure")).to_be_visible()
    expect_accessible(screen, "usage")
    screen.get_by_role("tab", name="Activity").click()
    expect(screen.get_by_role("table", name="Activity")).to_contain_text("Grant added")
    expect_accessible(screen, "activity")


def test_the_features(screen: Page, client: httpx.Client) -> None:
    identifier = f"feature-{uuid4().hex[:8]}-" + "x" * 80
    details = {"featureSubType": "RAW_EVENTS", "units": {"singular": "page", "plural": "pages"}}
    filters = [[{"property": "region", "operator": "EQUALS", "value": "eu"}]]
    meter = {"eventName": "report.created", "aggregation": {"function": "COUNT"}, "filters": filters}
    kind = {"featureType": "METER", "featureDetails": details, "meter": meter}
    body = {"name": f"Wörterbuch {identifier}", "identifier": identifier[:100], **kind}
    assert client.post("/catalog/features/", json=body).status_code == 201
    screen.goto("/features")
    expect(screen.get_by_role("table")).to_be_visible()
    expect_accessible(screen, "features")
    screen.keyboard.press("n")
    screen.get_by_label("Metered").check()
    screen.get_by_label("Counted from events").check()
    screen.get_by_role("button", name="Count only some events").click()
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_text("A feature needs a name.")).to_be_visible()
    expect_accessible(screen, "create feature with errors")
    close_dialog(screen)
    screen.goto(f"/features/{body['identifier']}")
    expect(screen.get_by_role("region", name="Meter")).to_be_visible()
    expect_accessible(screen, "feature")
    screen.goto("/features/no-such-feature")
    expect(screen.get_by_text("There is no such feature")).to_be_visible()
    expect_accessible(screen, "unknown feature")


def test_the_plans(screen: Page, client: httpx.Client) -> None:
    plan = f"plan-{uuid4().hex[:8]}"
    publish_plan(client, plan, ENTITLEMENTS[LARGE])
    subscribe_customer(client, f"yearly-{plan}", plan, charge_period="YEARLY")
    price = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "999999999999.99", "currency": "USD"}
    client.post(f"/catalog/plans/{plan}/prices/bulk/", json={"prices": [price]})
    client.post(f"/catalog/plans/{plan}/publish/", json={"updatePricing": True})
    client.delete(f"/catalog/plans/{plan}/features/e2e-sso/")
    client.patch(f"/catalog/plans/{plan}/features/e2e-exports/", json={"details": {"value": 2**53}})
    screen.goto("/plans")
    expect(screen.get_by_role("table")).to_be_visible()
    expect_accessible(screen, "plans")
    screen.goto(f"/plans/{plan}")
    expect(screen.get_by_role("table", name="Features")).to_be_visible()
    expect_accessible(screen, "draft")
    screen.get_by_role("button", name="Edit prices").click()
    screen.get_by_role("button", name="Add a price").click()
    screen.get_by_role("button", name="Update").click()
    expect(screen.get_by_text("Name the amount.")).to_be_visible()
    expect_accessible(screen, "prices with errors")
    close_dialog(screen)
    screen.get_by_role("button", name="Actions for e2e-exports").click()
    screen.get_by_role("menuitem", name="Edit").click()
    screen.get_by_label("What is left rolls over").check()
    screen.get_by_label("Send usage alerts").check()
    expect_accessible(screen, "entitlement")
    close_dialog(screen)
    screen.get_by_role("button", name="Publish").click()
    expect(screen.get_by_role("dialog").get_by_role("table")).to_be_visible()
    expect_accessible(screen, "publish")
    close_dialog(screen)
    screen.get_by_role("tab", name="Compare").click()
    expect(screen.get_by_role("table")).to_be_visible()
    expect_accessible(screen, "versions side by side")
    screen.get_by_role("tab", name="Migration").click()
    expect(screen.get_by_role("table", name="Who stayed behind")).to_be_visible()
    expect_accessible(screen, "migration")
    client.delete(f"/catalog/plans/{plan}/")
    screen.goto(f"/plans/{plan}")
    expect(screen.get_by_text("The plan is archived")).to_be_visible()
    expect_accessible(screen, "archived plan")


def test_the_api_keys(screen: Page, client: httpx.Client) -> None:
    name = f"Schlüssel {uuid4().hex[:8]} " + "x" * 60
    revoked = client.post("/api-keys/", json={"name": f"{name} of last year", "kind": "rk"}).json()
    client.delete(f"/api-keys/{revoked['id']}/")
    screen.goto("/api-keys")
    expect(screen.get_by_role("table", name="Revoked API keys")).to_be_visible()
    expect_accessible(screen, "keys")
    screen.keyboard.press("n")
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_text("A key needs a name.")).to_be_visible()
    expect_accessible(screen, "create key with errors")
    screen.get_by_label("Name").fill(name)
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_role("group", name="API key")).to_be_visible()
    expect_accessible(screen, "created key")
    screen.get_by_role("button", name="Done").click()
    screen.get_by_role("button", name=f"Revoke {name}").click()
    expect(screen.get_by_role("dialog")).to_be_visible()
    expect_accessible(screen, "revoke")
    screen.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(screen.get_by_text(f"{name} was revoked.")).to_be_visible()
    expect_accessible(screen, "toast")


def test_the_import(screen: Page, create_customer: CreateCustomer) -> None:
    word, taken = f"w{uuid4().hex[:8]}", create_customer()["customerId"]
    screen.goto("/customers/import")
    expect(screen.get_by_text("Drop a CSV file here")).to_be_visible()
    expect_accessible(screen, "choose a file")
    lines = ["Name;E-Mail;id;tier", f"Müller {word};m@mueller.example;;gold", f"Bad {word};none;;"]
    lines += [f"Taken {word} {'x' * 120};;{taken};", f"نور {word};;noor-{word};"]
    screen.locator("input[type=file]").set_input_files(
        {"name": f"{'customers ' * 20}.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    )
    expect(screen.get_by_role("table", name="Rows")).to_be_visible()
    expect_accessible(screen, "what the file becomes")
    screen.get_by_role("button", name="Import 3 customers").click()
    expect(screen.get_by_role("table", name="Rows with errors")).to_be_visible()
    expect_accessible(screen, "imported, with errors")


def test_the_webhooks(screen: Page, client: httpx.Client) -> None:
    screen.route("**/api/v1/webhook-endpoints", lambda route: route.fulfill(json={"results": []}))
    screen.goto("/webhooks")
    expect(screen.get_by_text("Nobody is told of changes yet")).to_be_visible()
    expect_accessible(screen, "no endpoint")
    screen.unroute("**/api/v1/webhook-endpoints")
    with run_receiver(respond("500 Internal Server Error", b"not today")) as receiver:
        body = {"url": f"{receiver.url}/{'x' * 120}", "description": "Wörterbuch " * 12}
        endpoint = client.post("/webhook-endpoints/", json=body).json()
        client.post(f"/webhook-endpoints/{endpoint['id']}/test/")
        screen.goto(f"/webhooks?endpoint={endpoint['id']}")
        log = screen.get_by_role("table", name="Log").get_by_role("row").filter(has_text="webhook.test")
        expect(log).to_contain_text("Failed")
    expect_accessible(screen, "endpoints and log")
    log.get_by_role("button", name="Details").click()
    expect(screen.get_by_role("list", name="Attempts")).to_contain_text("Answered 500")
    expect_accessible(screen, "delivery")
    close_dialog(screen)
    screen.get_by_role("button", name=f"Actions for {receiver.url}").click()
    expect(screen.get_by_role("menuitem", name="Replace the secret")).to_be_visible()
    expect_accessible(screen, "actions for an endpoint")
    screen.get_by_role("menuitem", name="Replace the secret").click()
    screen.get_by_role("dialog").get_by_role("button", name="Replace").click()
    expect(screen.get_by_role("group", name="Secret")).to_be_visible()
    expect_accessible(screen, "new secret")
    screen.get_by_role("button", name="Done").click()
    screen.get_by_role("button", name="New endpoint").click()
    screen.get_by_role("switch", name="All events").click()
    screen.get_by_role("button", name="Create", exact=True).click()
    expect(screen.get_by_text("An endpoint needs a URL.")).to_be_visible()
    expect_accessible(screen, "create endpoint with errors")
    client.delete(f"/webhook-endpoints/{endpoint['id']}/")


def test_a_subscription(screen: Page, client: httpx.Client, create_customer: CreateCustomer) -> None:
    subscription = subscribe_customer(client, create_customer("Isolde Grant")["customerId"])
    path = f"/subscriptions/{subscription['id']}"
    client.post(f"{path}/cancel/", json={"cancellationType": "CURRENT_PERIOD_ENDS"})
    screen.goto(path)
    expect(screen.get_by_role("heading", name=LARGE)).to_be_visible()
    expect_accessible(screen, "subscription")
    screen.get_by_role("button", name="Actions for").click()
    screen.get_by_role("menuitem", name="Report a payment").click()
    expect_accessible(screen, "report a payment")
    screen.goto("/subscriptions/none")
    expect(screen.get_by_text("There is no such subscription")).to_be_visible()
    expect_accessible(screen, "unknown subscription")
