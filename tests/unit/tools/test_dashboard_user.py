"""Who may sign in to the dashboard of a stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tools import dashboard_user

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

EMAIL = "ann@example.com"


@pytest.fixture
def cognito(monkeypatch: pytest.MonkeyPatch) -> Iterator[CognitoIdentityProviderClient]:
    """A pool with the groups of the template."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("cognito-idp")
        pool = client.create_user_pool(PoolName="people")["UserPool"]["Id"]
        for group in ("admin", "read"):
            client.create_group(UserPoolId=pool, GroupName=group)
        outputs = {"UserPoolId": pool, "DashboardUrl": "https://parity.example.com"}
        monkeypatch.setattr(dashboard_user, "read_outputs", lambda _: outputs)
        yield client


def pool_of(client: CognitoIdentityProviderClient) -> str:
    (pool,) = client.list_user_pools(MaxResults=1)["UserPools"]
    return pool["Id"]


def groups_of(client: CognitoIdentityProviderClient) -> list[str]:
    found = client.admin_list_groups_for_user(UserPoolId=pool_of(client), Username=EMAIL)["Groups"]
    return [group["GroupName"] for group in found]


def test_a_new_person_is_invited_into_a_group(cognito: CognitoIdentityProviderClient) -> None:
    said = dashboard_user.run("parity-dev", EMAIL, "admin")
    assert said.startswith("ann@example.com may sign in at https://parity.example.com/ as admin. An email")
    found = cognito.admin_get_user(UserPoolId=pool_of(cognito), Username=EMAIL)
    attributes = {each["Name"]: each.get("Value") for each in found["UserAttributes"]}
    assert found["Username"] == attributes["email"] == EMAIL
    assert attributes["email_verified"] == "true"
    assert groups_of(cognito) == ["admin"]


def test_a_person_is_in_one_group_at_a_time(cognito: CognitoIdentityProviderClient) -> None:
    dashboard_user.run("parity-dev", EMAIL, "admin")
    said = dashboard_user.run("parity-dev", EMAIL, "read")
    assert said == "ann@example.com may sign in at https://parity.example.com/ as read."
    assert groups_of(cognito) == ["read"]


def test_a_person_who_is_shut_out_stays_known_and_may_come_back(
    cognito: CognitoIdentityProviderClient,
) -> None:
    dashboard_user.run("parity-dev", EMAIL, "admin")
    dashboard_user.run("parity-dev", EMAIL, "none")
    assert groups_of(cognito) == []
    assert not cognito.admin_get_user(UserPoolId=pool_of(cognito), Username=EMAIL)["Enabled"]
    dashboard_user.run("parity-dev", EMAIL, "read")
    assert cognito.admin_get_user(UserPoolId=pool_of(cognito), Username=EMAIL)["Enabled"]
    assert groups_of(cognito) == ["read"]


def test_a_text_that_is_no_email_is_refused(cognito: CognitoIdentityProviderClient) -> None:
    with pytest.raises(SystemExit, match=r"EMAIL must be an email, such as ann@example\.com, not ''"):
        dashboard_user.run("parity-dev", "", "admin")


def test_a_stack_without_a_dashboard_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard_user, "read_outputs", lambda _: {})
    with pytest.raises(SystemExit, match="Dashboard=yes"):
        dashboard_user.run("parity-dev", EMAIL, "admin")
