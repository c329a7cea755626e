"""The stream function tells of each change once, whatever happens to a batch."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from parity.activity.rules.changes import Change, ItemWrite, derive_change
from parity.aws.event_bus import EventBus, NotPublishedError
from parity.core.times import from_iso, now, to_iso
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.table import Table
from parity.subscriptions.store import keys
from tests.support.answers import expect
from tests.support.builders.activity import changes_of, list_activity, list_kinds, scan_entries
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer, send_erase
from tests.support.builders.entitlements import (
    create_grant,
    remove_grant,
    remove_override,
    set_override,
    subscribe_acme,
)
from tests.support.builders.moments import DAY, MINUTE
from tests.support.builders.reports import report_usage, reset_usage
from tests.support.builders.subscriptions import create_subscription, post_to_subscription
from tests.support.builders.usage_alerts import list_alerts, make_alerting
from tests.support.fakes.clients import (
    ProcessEnded,
    Request,
    end_process_after,
    inject_fault,
    record_requests,
    remove_pauses,
)
from tests.support.fakes.event_sources import (
    ChangeStream,
    UsageStream,
    advance_due,
    deliver_records,
    follow_records,
    retry_parked_work,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

ACME = {"customerId": "acme"}
KEY = {"kind": "api_key", "name": "sk_4fQz…9Kd2", "id": None}


PERSONAL = {"email": "ilse@private.example", "metadata": {"phone": "0171-555"}, "billingId": "cus_1"}
WORDS = ("ilse", "vogt", "0171-555", "private")


def list_told(entries: Any) -> list[str]:  # noqa: ANN401
    """Which words about Ilse are told."""
    return [word for word in WORDS if word in repr(entries).casefold()]


@pytest.fixture
def changes(parity_table: Table) -> ChangeStream:
    return ChangeStream(parity_table)


def rename(name: str) -> None:
    expect(call("customers/update", parameters=ACME, body={"name": name}), 200)


def list_published(requests: list[Request]) -> list[tuple[str, dict[str, Any]]]:
    """The type and the detail of each event."""
    entries = [entry for _, request in requests for entry in request["Entries"]]
    return [(entry["DetailType"], json.loads(entry["Detail"])) for entry in entries]


def test_each_change_of_a_customer_is_told_with_who_made_it(changes: ChangeStream) -> None:
    create_customer("Acme")
    rename("Acme Ltd")
    archive_customer("acme")
    changes.deliver()
    assert list_kinds() == ["customer.archived", "customer.updated", "customer.created"]
    renamed = list_activity()[1]
    assert changes_of(renamed) == {"name": ("Acme", "Acme Ltd")}
    assert renamed["actor"] == KEY


def test_each_change_of_a_subscription_is_told_with_its_id(sold_to_acme: None, changes: ChangeStream) -> None:
    subscription_id = create_subscription()["id"]
    body = {"plan_identifier": "team", "charge_period": "MONTHLY"}
    expect(post_to_subscription("update", subscription_id, body), 200)
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    changes.deliver()
    entries = list_activity()
    assert [entry["kind"] for entry in entries] == [
        "subscription.canceled",
        "subscription.plan_changed",
        "subscription.created",
    ]
    assert {entry["subscriptionId"] for entry in entries} == {subscription_id}
    assert changes_of(entries[1])["planIdentifier"] == ("pro", "team")


def test_overrides_and_grants_are_told_and_the_marks_of_their_removal_go(
    parity_table: Table, changes: ChangeStream
) -> None:
    create_customer("Acme")
    create_feature("Exports")
    set_override(value=5)
    grant_id = create_grant(7)["grantId"]
    assert remove_override().status == 204
    assert remove_grant(grant_id).status == 204
    marks = [item for item in scan_items(parity_table) if "removedOn" in item]
    assert len(marks) == 2
    changes.deliver()
    assert [item for item in scan_items(parity_table) if "removedOn" in item] == []
    assert list_kinds()[:4] == ["grant.removed", "override.removed", "grant.created", "override.set"]
    removed, *_ = list_activity()
    assert (removed["grantId"], removed["featureId"], removed["actor"]) == (grant_id, "exports", KEY)
    assert changes_of(removed)["value"] == (7, None)
    assert changes.read_new() == []


def test_an_override_that_was_set_again_before_its_removal_is_told_stays(changes: ChangeStream) -> None:
    create_customer("Acme")
    create_feature("Exports")
    set_override(value=5)
    assert remove_override().status == 204
    set_override(value=6)
    changes.deliver()
    assert list_kinds()[:3] == ["override.set", "override.removed", "override.set"]
    assert set_override(value=6)["value"] == 6


def test_a_reset_is_told_and_recomputes_nothing(
    acme: str, parity_table: Table, changes: ChangeStream
) -> None:
    report_usage(5)
    expect(reset_usage(), 200)
    records = changes.read_new()
    with record_requests(parity_table.client) as requests:
        assert follow_records(records) == []
    assert [name for name, _ in requests] == ["PutItem"]
    (entry,) = list_activity()
    assert (entry["kind"], entry["featureId"], entry["actor"]) == ("usage.reset", "exports", KEY)
    assert changes_of(entry)["used"] == ({"EVERY_MONTH": 5}, {"EVERY_MONTH": 0})


def test_a_renewal_is_told_and_recomputes_nothing(
    sold_to_acme: None, parity_table: Table, changes: ChangeStream
) -> None:
    create_subscription()
    changes.deliver()
    advance_due(now() + 40 * DAY)
    records = changes.read_new()
    with record_requests(parity_table.client) as requests:
        assert follow_records(records) == []
    assert [name for name, _ in requests] == ["PutItem", "GetItem"]
    assert list_kinds()[0] == "subscription.renewed"


@pytest.mark.parametrize("is_trial", [True, False], ids=["a trial ends", "a change takes effect"])
def test_a_period_that_begins_with_more_than_a_renewal_is_recomputed(
    is_trial: bool,  # noqa: FBT001
    sold_to_acme: None,
    parity_table: Table,
    changes: ChangeStream,
) -> None:
    """What a crash has left wrong is repaired then."""
    trial = {"trial_end": to_iso(now() + 20 * DAY)} if is_trial else {}
    subscription_id = create_subscription(**trial)["id"]
    if not is_trial:
        change = {"plan_identifier": "pro", "charge_period": "YEARLY", "effective": "PERIOD_END"}
        expect(post_to_subscription("update", subscription_id, change), 200)
    changes.deliver()
    advance_due(now() + 40 * DAY)
    records = changes.read_new()
    with record_requests(parity_table.client) as requests:
        assert follow_records(records) == []
    assert requests[0][0] == "Query"


def test_an_alert_is_told_under_its_own_id_and_published_by_nobody_else(
    usage_at_noon: None, parity_table: Table, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    subscription_id = subscribe_acme(make_alerting(80))
    usage = UsageStream(parity_table)
    report_usage(85)
    assert deliver_records(usage.read_changes()) == []
    changes.deliver()
    (alert,), (entry,) = list_alerts(), list_activity("kind=alert.reached")
    assert (entry["id"], entry["actor"]["kind"]) == (alert["id"], "usage")
    assert (entry["featureId"], entry["subscriptionId"]) == ("exports", subscription_id)
    assert changes_of(entry)["currentUsage"] == (None, 85)
    assert [kind for kind, _ in list_published(bus_requests)].count("feature.usage_alert") == 1
    assert "alert.reached" not in [kind for kind, _ in list_published(bus_requests)]


def test_a_batch_that_is_delivered_again_or_in_part_tells_nothing_twice(
    changes: ChangeStream, bus_requests: list[Request]
) -> None:
    create_customer("Acme")
    for number in range(5):
        rename(f"Acme {number}")
    records = changes.deliver()
    before = scan_entries()
    assert len(before) == 6
    for again in (records, records[::-1], records[2:4], records[:1] * 3):
        assert follow_records(again) == []
    assert scan_entries() == before
    published = list_published(bus_requests)
    assert len({detail["id"] for _, detail in published}) == 6
    assert {detail["id"] for _, detail in published} == {item["id"] for item in before}


def test_an_event_that_the_vendor_does_not_have_says_what_the_list_says(
    changes: ChangeStream, bus_requests: list[Request]
) -> None:
    create_customer("Acme", email="hi@acme.example")
    archive_customer("acme")
    changes.deliver()
    _, (kind, detail) = list_published(bus_requests)
    entry = list_activity()[0]
    assert (kind, detail["id"], detail["created_at"]) == (entry["kind"], entry["id"], entry["occurredOn"])
    assert (kind, detail["data"]) == ("customer.archived", {"object": entry})


def test_a_record_that_cannot_be_read_keeps_no_other_from_being_told_and_is_told_once_it_can_be(
    changes: ChangeStream, monkeypatch: pytest.MonkeyPatch, parity_table: Table
) -> None:
    create_customer("Acme")
    rename("Acme Ltd")
    records = changes.read_new()
    with monkeypatch.context() as patch:
        patch.setattr("parity.activity.service.telling.derive_change", _fail_for_new_items)
        assert follow_records(records) == []
        assert list_kinds() == ["customer.updated"]
    assert retry_parked_work(now() + MINUTE) == {"done": 1, "failed": 0, "parked": 0}
    assert list_kinds() == ["customer.updated", "customer.created"]


def _fail_for_new_items(write: ItemWrite) -> Change | None:
    if write.old is None:
        raise KeyError
    return derive_change(write)


def test_entitlements_that_cannot_be_recomputed_keep_no_change_from_being_told(
    parity_table: Table, changes: ChangeStream
) -> None:
    create_customer("Acme")
    records = changes.read_new()
    broken = {**keys.subscription("acme", "broken"), "terms": "?"}
    parity_table.client.put_item(TableName=parity_table.name, Item=to_wire(broken))
    assert follow_records(records) == []
    assert list_kinds() == ["customer.created"]
    parity_table.delete(keys.subscription("acme", "broken"))
    assert retry_parked_work(now() + MINUTE) == {"done": 1, "failed": 0, "parked": 0}


def test_changes_that_the_bus_refused_are_published_later(
    changes: ChangeStream, monkeypatch: pytest.MonkeyPatch, bus_requests: list[Request]
) -> None:
    def refuse(*_: object) -> None:
        raise NotPublishedError

    create_customer("Acme")
    with monkeypatch.context() as patch:
        patch.setattr(EventBus, "publish", refuse)
        changes.deliver()
    assert list_kinds() == ["customer.created"]
    assert retry_parked_work(now() + MINUTE) == {"done": 1, "failed": 0, "parked": 0}
    assert [kind for kind, _ in list_published(bus_requests)] == ["customer.created"]
    assert list_kinds() == ["customer.created"]


def test_an_entry_is_kept_for_as_long_as_the_stack_says(
    changes: ChangeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIVITY_RETENTION_DAYS", "30")
    create_customer("Acme")
    changes.deliver()
    (entry,) = scan_entries()
    assert entry["expiresAt"] == int((from_iso(entry["occurredOn"]) + 30 * DAY).timestamp())


def change_everything() -> None:
    """Seven changes, of which one removes a grant, and the last one erases the customer."""
    create_customer("Ilse Vogt", customerId="acme", **PERSONAL)
    rename("Ilse Maria Vogt")
    set_override(value=5)
    assert remove_override().status == 204
    create_grant(7)
    erase_ilse()


def restore(table: Table, items: list[Item]) -> None:
    """Stores these items, and removes what was told."""
    for entry in scan_entries():
        table.delete({"PK": entry["PK"], "SK": entry["SK"]})
    for item in items:
        table.client.put_item(TableName=table.name, Item=to_wire(item))


def test_a_process_that_ends_after_any_request_tells_each_change_once(
    parity_table: Table, changes: ChangeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_pauses(monkeypatch)
    create_feature("Exports")
    change_everything()
    records, before, ended = changes.read_new(), scan_items(parity_table), 0
    for last in count(1):
        restore(parity_table, before)
        with inject_fault(parity_table.client, end_process_after(last)) as sent, suppress(ProcessEnded):
            follow_records(records)
        ended += len(sent) >= last
        assert follow_records(records) == []
        assert len(list_kinds()) == len(records) == 7
        assert list_told(scan_entries()) == []
        assert not [item for item in scan_items(parity_table) if "removedOn" in item]
        if len(sent) < last:
            break
    assert ended > 12


def erase_ilse() -> None:
    archive_customer("acme")
    expect(send_erase(), 200)


def test_what_told_who_a_customer_was_goes_from_its_activity_when_it_is_erased(
    changes: ChangeStream,
) -> None:
    create_customer("Ilse Vogt", customerId="acme", **PERSONAL)
    rename("Ilse Maria Vogt")
    changes.deliver()
    assert set(list_told(scan_entries())) == set(WORDS)
    erase_ilse()
    assert list_told(list_activity()) == [], "it is shown no more at once"
    changes.deliver()
    assert list_told(scan_entries()) == []
    assert list_kinds() == ["customer.erased", "customer.archived", "customer.updated", "customer.created"]
    erased, archived, updated, created = list_activity()
    assert changes_of(created) == {"billingId": (None, "cus_1"), "status": (None, "active")}
    assert (changes_of(erased), changes_of(updated)) == ({}, {})
    assert changes_of(archived) == {"status": ("active", "archived")}
    assert [entry["redacted"] for entry in (erased, archived, updated, created)] == [False, False, True, True]


def test_a_change_that_is_told_after_the_erasure_says_nothing_either(changes: ChangeStream) -> None:
    """Its record was parked, for example. A batch that is delivered again brings nothing back."""
    create_customer("Ilse Vogt", customerId="acme", **PERSONAL)
    late = changes.read_new()
    erase_ilse()
    changes.deliver()
    for _ in range(2):
        assert follow_records(late) == []
        assert list_told(scan_entries()) == []
        assert list_kinds() == ["customer.erased", "customer.archived", "customer.created"]


def test_an_erased_customer_keeps_what_it_bought(sold_to_acme: None, changes: ChangeStream) -> None:
    subscription_id = create_subscription()["id"]
    reason = {"cancellation_type": "IMMEDIATE"}
    expect(post_to_subscription("cancel", subscription_id, reason), 200)
    erase_ilse()
    changes.deliver()
    created = list_activity()[-1]
    assert created["kind"] == "subscription.created"
    assert changes_of(created)["planIdentifier"] == (None, "pro")
    assert created["redacted"] is False
