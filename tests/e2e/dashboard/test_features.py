"""The pages of the features."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine
from tests.support.scenarios.http_plans import publish_plan

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]


@pytest.fixture
def word() -> str:
    """A word that no other test's features have."""
    return f"f{uuid4().hex[:10]}"


def create_feature(client: httpx.Client, identifier: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - as the API
    body = {"name": f"Feature {identifier}", "identifier": identifier, "featureType": "BOOLEAN", **fields}
    answer = client.post("/catalog/features/", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def open_form(page: Page) -> Locator:
    page.goto("/features")
    page.get_by_role("button", name="New feature").click()
    return page.get_by_role("dialog", name="Create feature")


def open_action(page: Page, feature: dict[str, Any], action: str) -> Locator:
    page.goto(f"/features/{feature['identifier']}")
    page.get_by_role("button", name=f"Actions for {feature['name']}").click()
    page.get_by_role("menuitem", name=action).click()
    return page.get_by_role("dialog")


def test_the_list_says_of_each_feature_what_it_is_and_what_is_counted(
    page: Page, client: httpx.Client, word: str
) -> None:
    units = {"singular": "page", "plural": "pages"}
    meter = {"eventName": "report.created", "aggregation": {"function": "SUM", "field": "size"}}
    details = {"featureSubType": "RAW_EVENTS", "units": units}
    create_feature(client, word, featureType="METER", featureDetails=details, meter=meter)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Features").click()
    expect(page).to_have_title("Features · Parity")
    page.get_by_role("searchbox").fill(word)
    page.wait_for_url(re.compile(f"search={word}"))
    expect(page.get_by_role("row")).to_have_count(2)
    cells = page.get_by_role("row").last.get_by_role("cell").all_inner_texts()
    assert cells[1:] == [word, "Metered", "pages", "Sum of size in report.created"]


def test_a_feature_that_is_counted_from_events_is_created(
    page: Page, client: httpx.Client, word: str
) -> None:
    form = open_form(page)
    form.get_by_label("Feature name").fill(f"Reports {word}")
    form.get_by_label("Identifier").fill(word)
    form.get_by_label("Metered").check()
    form.get_by_label("Counted from events").check()
    form.get_by_label("One unit").fill("page")
    form.get_by_label("Several units").fill("pages")
    form.get_by_label("Event name").fill("report.created")
    form.get_by_label("What is counted").select_option("Sum")
    form.get_by_label("Of the property").fill("size")
    form.get_by_role("button", name="Count only some events").click()
    form.get_by_label("Property, condition 1 of group 1").fill("region")
    form.get_by_label("Value, condition 1 of group 1", exact=True).fill("eu")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_label("Property, condition 2 of group 1").fill("size")
    form.get_by_label("Comparison, condition 2 of group 1").select_option("is over")
    form.get_by_label("Value, condition 2 of group 1").fill("0.5")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text(f"Reports {word} was created.")).to_be_visible()
    created = client.get(f"/catalog/features/{word}/").json()
    assert created["featureDetails"]["units"] == {"singular": "page", "plural": "pages"}
    assert created["meter"] == {
        "eventName": "report.created",
        "aggregation": {"function": "SUM", "field": "size"},
        "filters": [
            [
                {"property": "region", "operator": "EQUALS", "value": "eu"},
                {"property": "size", "operator": "GREATER_THAN", "value": 0.5},
            ]
        ],
    }


def test_what_is_wrong_is_said_at_its_field(page: Page, client: httpx.Client, word: str) -> None:
    create_feature(client, word)
    form = open_form(page)
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_text("A feature needs a name.")).to_be_visible()
    form.get_by_label("Feature name").fill("Second")
    form.get_by_label("Identifier").fill(word)
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_label("Identifier")).to_have_accessible_description(re.compile("Is in use already"))
    form.get_by_label("Identifier").fill("Not One!")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_label("Identifier")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert")).to_be_hidden()


def test_a_feature_sent_again_after_a_lost_answer_is_created_once(
    page: Page, client: httpx.Client, word: str
) -> None:
    form = open_form(page)
    keys: list[str | None] = []

    def note_key(request: Request) -> None:
        if request.method == "POST":
            keys.append(request.headers.get("idempotency-key"))

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.on("request", note_key)
    page.route("**/api/v1/catalog/features", lose_answer, times=1)
    form.get_by_label("Feature name").fill(f"Once {word}")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text(f"Once {word} was created.")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert client.get("/catalog/features/", params={"search": word}).json()["count"] == 1


def test_the_page_of_a_feature_says_which_events_count(page: Page, client: httpx.Client, word: str) -> None:
    filters = [
        [
            {"property": "status", "operator": "LESS_THAN", "value": 500},
            {"property": "path", "operator": "CONTAINS", "value": "/v1/"},
        ],
        [{"property": "tier", "operator": "EQUALS", "value": "gold"}],
    ]
    meter = {"eventName": "api.called", "aggregation": {"function": "COUNT"}, "filters": filters}
    details = {"featureSubType": "RAW_EVENTS"}
    feature = create_feature(client, word, featureType="METER", featureDetails=details, meter=meter)
    page.goto(f"/features?search={word}")
    page.get_by_role("row").last.get_by_text("Metered").click()
    expect(page).to_have_url(re.compile(rf"/features/{word}$"))
    expect(page.get_by_role("heading", name=feature["name"])).to_be_visible()
    lines = page.get_by_role("region", name="Meter").get_by_role("listitem").all_inner_texts()
    assert lines == ['status is under 500, and path contains "/v1/"; or', 'tier is "gold"']
    page.get_by_role("link", name="Features").last.click()
    expect(page).to_have_url(re.compile(rf"/features\?search={word}$"))


def test_the_change_of_a_second_person_is_shown_and_not_overwritten(
    page: Page, client: httpx.Client, word: str
) -> None:
    feature = create_feature(client, word)
    form = open_action(page, feature, "Edit")
    client.patch(f"/catalog/features/{word}/", json={"description": "By the second person"})
    form.get_by_label("Feature name").fill(f"Mine {word}")
    form.get_by_role("button", name="Update").click()
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this feature meanwhile")
    form.get_by_role("button", name="Show the present values").click()
    expect(form.get_by_label("Description")).to_have_value("By the second person")
    form.get_by_label("Feature name").fill(f"Mine {word}")
    form.get_by_role("button", name="Update").click()
    expect(form).to_be_hidden()
    after = client.get(f"/catalog/features/{word}/").json()
    assert (after["name"], after["description"]) == (f"Mine {word}", "By the second person")


def test_a_feature_that_is_sold_is_not_archived_and_links_to_its_plans(
    page: Page, client: httpx.Client, word: str
) -> None:
    feature = create_feature(client, word)
    publish_plan(client, f"plan-{word}", {word: {"value": True}})
    question = open_action(page, feature, "Archive")
    question.get_by_role("button", name="Archive", exact=True).click()
    expect(question.get_by_role("alert")).to_contain_text("1 plan is sold with it")
    question.get_by_role("link", name=f"plan-{word}").click()
    expect(page).to_have_url(re.compile(rf"/plans/plan-{word}$"))


def test_an_archived_feature_is_shown_when_asked_for(page: Page, client: httpx.Client, word: str) -> None:
    feature = create_feature(client, word)
    question = open_action(page, feature, "Archive")
    expect(question.get_by_text("This cannot be undone.")).to_be_visible()
    question.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text(f"{feature['name']} was archived.")).to_be_visible()
    page.goto(f"/features?search={word}")
    expect(page.get_by_text("No feature was found")).to_be_visible()
    page.get_by_text("Archived", exact=True).click()
    expect(page.get_by_role("link", name=feature["name"])).to_be_visible()


def test_a_failing_list_says_what_to_do_and_an_unknown_feature_is_a_page(page: Page) -> None:
    page.route("**/api/v1/catalog/features?*", lambda route: route.abort())
    page.goto("/features")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The features cannot be shown")
    page.unroute("**/api/v1/catalog/features?*")
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.goto("/features/no-such-feature")
    page.get_by_role("link", name="Go to the features").click()
    expect(page.get_by_role("heading", name="Features")).to_be_visible()


def test_a_features_page_names_the_plans_that_are_sold_with_it_by_one_request(
    page: Page, client: httpx.Client, word: str
) -> None:
    create_feature(client, word)
    plans = page.get_by_role("region", name="Plans")
    page.goto(f"/features/{word}")
    expect(plans).to_contain_text("No plan is sold with this feature.")
    for plan in (f"{word}-a", f"{word}-b"):
        publish_plan(client, plan, {word: {"value": True}})
    client.delete(f"/catalog/plans/{word}-b/features/{word}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/catalog/plans" in request.url else None)
    page.reload()
    expect(plans.get_by_role("link")).to_have_text([f"{word}-a", f"{word}-b"])
    assert len(asked) == 1
    plans.get_by_role("link", name=f"{word}-b").click()
    expect(page.get_by_role("heading", name=f"{word}-b")).to_be_visible()
