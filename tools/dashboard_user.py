"""Lets a person in to the dashboard of a stack, or no longer: `make dashboard-user` (docs/deployment.md).

A new person gets an email with a password for the first time. Uses the AWS credentials and region of the
environment.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.stacks import read_outputs

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

GROUPS = ("admin", "read")
NOBODY = "none"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make dashboard-user", description="Let a person in, or no longer.")
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    parser.add_argument("--email", required=True, help="EMAIL, which the person signs in with")
    parser.add_argument("--group", required=True, choices=[*GROUPS, NOBODY], help="GROUP")
    options = parser.parse_args()
    try:
        print(run(options.stack, options.email, options.group))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"{options.email} is as before, or in part: {error}")


def run(stack: str, email: str, group: str) -> str:
    """What was done, as a sentence."""
    if "@" not in email:
        sys.exit(f"EMAIL must be an email, such as ann@example.com, not {email!r}.")
    outputs = read_outputs(stack)
    if "UserPoolId" not in outputs:
        sys.exit(f"{stack} has no dashboard: deploy it with Dashboard=yes.")
    client, pool = boto3.client("cognito-idp"), outputs["UserPoolId"]
    if group == NOBODY:
        shut_out(client, pool, email)
        return f"{email} may not sign in any more; a token that is in use ends within 15 minutes."
    is_new = let_in(client, pool, email, group)
    invited = " An email with a first password is on its way." if is_new else ""
    return f"{email} may sign in at {outputs['DashboardUrl']}/ as {group}.{invited}"


def let_in(client: CognitoIdentityProviderClient, pool: str, email: str, group: str) -> bool:
    """Puts the person into the group, and no other; True if the person is new."""
    is_new = create_person(client, pool, email)
    client.admin_enable_user(UserPoolId=pool, Username=email)
    for other in GROUPS:
        if other != group:
            client.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=other)
    client.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return is_new


def create_person(client: CognitoIdentityProviderClient, pool: str, email: str) -> bool:
    """False if there is one already."""
    try:
        client.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
    except client.exceptions.UsernameExistsException:
        return False
    return True


def shut_out(client: CognitoIdentityProviderClient, pool: str, email: str) -> None:
    """Kept with the name, which activity refers to."""
    client.admin_disable_user(UserPoolId=pool, Username=email)
    client.admin_user_global_sign_out(UserPoolId=pool, Username=email)
    for group in GROUPS:
        client.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=group)


if __name__ == "__main__":
    main()
