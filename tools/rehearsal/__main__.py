"""Rehearses deployments on an emulator of AWS: `make rehearse` (docs/deployment.md).

SAM deploys what `make build` has built. Each step looks at the stacks that it leaves.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from local.engine import Engine
from tools.rehearsal.account import DOMAIN, Account, RehearsalError, expect
from tools.rehearsal.checks import (
    CHANGED_DAYS,
    DASHBOARD_DOMAIN,
    check_dashboard,
    check_deletion,
    check_domain,
    check_release,
    check_update,
)
from tools.rehearsal.template import FIRST_RELEASE, NEXT_RELEASE, ROOT, count_resources, write_template

EMULATOR = ROOT / ".venvs/rehearsal/bin/python"
SERVICES = (
    "apigateway,cloudformation,cloudfront,cognito-idp,dynamodb,dynamodbstreams,events,iam,lambda,logs,"
    "monitoring,s3,sqs,sts"
)
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
NAMES_WITHIN_ANOTHER = {"$default", "admin", "read"}
"""The stage of every HTTP API, and the groups of every user pool."""


def rehearse(account: Account, count: int, say: Callable[[str], None]) -> None:
    """Creates, repeats, changes, creates beside, and deletes. `count` is how many resources a stack has."""
    account.save("dev")
    account.deploy("dev")
    created = account.list_resources("parity-dev")
    expect(len(created) == count, f"parity-dev has {len(created)} resources in place of {count}.")
    check_release(account, FIRST_RELEASE)
    say(f"create: {count} resources of parity-dev")

    account.publish("parity-dev")
    check_dashboard(account)
    say("dashboard: its files are in the bucket, with the configuration of the stack")

    account.deploy("dev")
    expect(account.read_status("parity-dev") == "CREATE_COMPLETE", "A deployment without changes made some.")
    say("no change: nothing was updated")

    account.save("dev")
    changed = (f"LogRetentionDays={CHANGED_DAYS}", "ApiGatewayLogsRole=keep", "EventKeysAcrossHours=false")
    account.deploy("dev", *changed)
    kept = check_update(account, created)
    say(f"update: parameters changed, {kept} resources are the same ones")

    write_template(NEXT_RELEASE)
    account.deploy("dev", *changed)
    check_release(account, NEXT_RELEASE)
    say(f"release: calls go to version {account.list_versions()[0]}, and the one before is gone")

    account.roll_back("dev")
    days = account.read_retention_days("parity-dev")
    expect(days != CHANGED_DAYS, "The rollback has not taken the parameters back.")
    expect(account.list_resources("parity-dev").keys() == created.keys(), "The rollback lacks resources.")
    check_release(account, FIRST_RELEASE)
    say("rollback: parity-dev is as it was before the update")

    own = (f"DomainName={DOMAIN}", f"CertificateArn={CERTIFICATE}")
    of_dashboard = (f"DashboardDomainName={DASHBOARD_DOMAIN}", f"DashboardCertificateArn={CERTIFICATE}")
    account.deploy("dev", *changed, *own, *of_dashboard)
    check_domain(account)
    say(f"own names: both APIs are at {DOMAIN}, the dashboard is at {DASHBOARD_DOMAIN}")

    account.deploy("staging", "ApiGatewayLogsRole=keep")
    beside = account.list_resources("parity-staging")
    shared = set(beside.values()) & set(created.values()) - NAMES_WITHIN_ANOTHER
    expect(not shared, f"parity-dev and parity-staging share {', '.join(shared)}.")
    say(f"side by side: {len(beside)} resources of parity-staging, none of them shared")

    outputs = account.read_outputs("parity-dev")
    account.delete("parity-dev")
    check_deletion(account, beside, outputs)
    say("delete: parity-dev is gone; its table, files and people, and parity-staging are not")


def main() -> None:
    started = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {sentence}", flush=True)

    refused = write_template(FIRST_RELEASE)
    print(f"Left out, as the emulator cannot make them: {', '.join(refused)}.")
    with TemporaryDirectory() as folder:
        engine = Engine.start(EMULATOR, Path(folder), services=SERVICES)
        try:
            rehearse(Account(engine), count_resources(refused), say)
        except RehearsalError as error:
            sys.exit(f"The rehearsal failed: {error}")
        finally:
            engine.close()


if __name__ == "__main__":
    main()
