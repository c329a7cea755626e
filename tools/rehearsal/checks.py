"""What each step of the rehearsal has to leave. Each raises RehearsalError."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tools.rehearsal.account import DOMAIN, Account, expect
from tools.rehearsal.template import ROOT

DASHBOARD = ROOT / ".aws-sam/dashboard/index.html"
DASHBOARD_DOMAIN = "parity.example.com"
CHANGED_DAYS = 14
OF_THE_ACCOUNT = {"ApiGatewayAccount", "ApiGatewayLogsWriter"}
"""What `ApiGatewayLogsRole=keep` leaves to another stack."""

KEPT = ("TableName", "DashboardBucket", "UserPoolId")
"""The outputs that name what outlives the stack."""


def check_update(account: Account, created: Mapping[str, str]) -> int:
    """How many resources are the same ones."""
    updated = account.list_resources("parity-dev")
    gone = created.keys() - updated.keys()
    expect(gone == OF_THE_ACCOUNT, f"The update has removed {', '.join(gone)}.")
    replaced = {name for name, physical in updated.items() if created.get(name) != physical}
    expect(not replaced, f"The update has replaced {', '.join(replaced)}.")
    days = account.read_retention_days("parity-dev")
    expect(days == CHANGED_DAYS, f"Logs are kept for {days} days in place of {CHANGED_DAYS}.")
    return len(updated)


def check_release(account: Account, release: str) -> None:
    called = account.read_release()
    expect(called == release, f"Calls go to the release {called} in place of {release}.")
    versions = account.list_versions()
    expect(len(versions) == 1, f"The versions {', '.join(versions)} are kept.")


def check_dashboard(account: Account) -> None:
    outputs = account.read_outputs("parity-dev")
    page = account.read_file(outputs["DashboardBucket"], "index.html")
    expect(page == DASHBOARD.read_bytes(), "The page is not the one that was built.")
    config = json.loads(account.read_file(outputs["DashboardBucket"], "config.json"))
    expect(config["signIn"]["issuer"] == outputs["SignInIssuer"], f"config.json has {config}.")


def check_domain(account: Account) -> None:
    outputs = account.read_outputs("parity-dev")
    urls = [outputs[name] for name in ("ApiUrl", "EdgeUrl", "DashboardUrl")]
    expected = [f"https://{DOMAIN}", f"https://{DOMAIN}/edge", f"https://{DASHBOARD_DOMAIN}"]
    expect(urls == expected, f"The URLs are {', '.join(urls)}.")
    keys = account.list_mapping_keys()
    expect(keys == {"", "edge"}, f"{DOMAIN} is mapped at {', '.join(sorted(keys))}.")


def check_deletion(account: Account, beside: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    left = [name for name in account.list_functions() if name.startswith("parity-dev-")]
    expect(not left, f"Functions of parity-dev are left: {', '.join(left)}.")
    lost = {outputs[name] for name in KEPT} - account.list_kept()
    expect(not lost, f"Deleted with the stack: {', '.join(lost)}.")
    expect(account.list_resources("parity-staging") == beside, "parity-staging is not as it was.")
