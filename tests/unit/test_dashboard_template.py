"""The dashboard in the template: private files, the API beside them, and people who sign in."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from local.dashboard_page import SECURITY_HEADERS
from local.stack.transform import read_transformed
from tests.support import ROOT

NODE = ROOT / ".venvs/node/bin/node"
PREFIXES = ("AWS::S3::", "AWS::CloudFront::", "AWS::Cognito::")
CONNECTS = (
    "connect-src 'self' https://cognito-idp.${AWS::Region}.amazonaws.com "
    "https://${AWS::StackName}-${AWS::AccountId}.auth.${AWS::Region}.amazoncognito.com; "
)
"""What the page may call on AWS beside its own origin."""


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return dict(read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"}).resources)


@pytest.fixture(scope="module")
def site(resources: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the distribution."""
    return dict(resources["DashboardSite"]["Properties"]["DistributionConfig"])


@pytest.fixture(scope="module")
def headers(resources: dict[str, Any]) -> dict[str, str]:
    """What CloudFront adds to each file."""
    policy = resources["DashboardHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    custom = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    return custom | {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "x-content-type-options": "nosniff" if "ContentTypeOptions" in security else "",
        "x-frame-options": security["FrameOptions"]["FrameOption"],
        "strict-transport-security": str(security["StrictTransportSecurity"]["AccessControlMaxAgeSec"]),
    }


def test_all_of_it_is_left_out_where_it_is_not_wanted(resources: dict[str, Any]) -> None:
    of_dashboard = {name for name, each in resources.items() if each["Type"].startswith(PREFIXES)}
    (layer,) = (name for name in resources if name.startswith("SignInLayer"))
    assert len(of_dashboard) == 12
    assert {
        name for name, each in resources.items() if each.get("Condition") == "HasDashboard"
    } == of_dashboard | {layer}


def test_nobody_reads_the_files_but_cloudfront(resources: dict[str, Any], site: dict[str, Any]) -> None:
    bucket = resources["DashboardFiles"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (files,) = (origin for origin in site["Origins"] if origin["Id"] == "files")
    assert files["OriginAccessControlId"] == {"Fn::GetAtt": ["DashboardFilesAccess", "Id"]}
    statements = resources["DashboardFilesPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (allowed,) = (each for each in statements if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"].endswith("/${DashboardSite}")


def test_the_files_and_the_people_outlive_the_stack(resources: dict[str, Any]) -> None:
    for name in ("DashboardFiles", "UserPool"):
        assert resources[name]["DeletionPolicy"] == resources[name]["UpdateReplacePolicy"] == "Retain"
    assert resources["UserPool"]["Properties"]["DeletionProtection"] == "ACTIVE"


def test_the_files_have_the_headers_that_the_local_cloud_sends(headers: dict[str, str]) -> None:
    local = dict(SECURITY_HEADERS)
    policy = local["content-security-policy"].replace("; ", f"; {CONNECTS}", 1)
    assert headers == local | {
        "content-security-policy": policy,
        "strict-transport-security": str(2 * 365 * 24 * 3600),
    }


def test_the_api_is_on_the_same_origin_and_never_cached(site: dict[str, Any]) -> None:
    (behavior,) = site["CacheBehaviors"]
    assert (behavior["PathPattern"], behavior["TargetOriginId"]) == ("/api/*", "api")
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert "PATCH" in behavior["AllowedMethods"]
    (api,) = (origin for origin in site["Origins"] if origin["Id"] == "api")
    assert api["OriginPath"] == {"Fn::Sub": "/${Stage}"}


def test_an_error_of_the_api_is_hidden_by_no_page(site: dict[str, Any]) -> None:
    assert "CustomErrorResponses" not in site
    assert "FunctionAssociations" not in site["CacheBehaviors"][0]


@pytest.mark.parametrize(
    ("path", "accept", "file"),
    [
        ("/", "text/html,*/*;q=0.8", "/index.html"),
        ("/customers", "text/html,*/*;q=0.8", "/index.html"),
        ("/customers/acme.example.com", "text/html", "/index.html"),
        ("/customers/acme/subscriptions/", "text/html", "/index.html"),
        ("/signed-in", "text/html", "/index.html"),
        ("/customers", "application/json", "/customers"),
        ("/customers", None, "/customers"),
        ("/config.json", "text/html", "/config.json"),
        ("/icon.svg", "text/html,image/svg+xml", "/icon.svg"),
        ("/assets/index-1a2b.js", "*/*", "/assets/index-1a2b.js"),
        ("/assets/gone-1a2b.js", "text/html", "/assets/gone-1a2b.js"),
        ("/", None, "/"),
    ],
)
def test_each_view_of_the_page_is_answered_with_the_page(
    path: str, accept: str | None, file: str, resources: dict[str, Any]
) -> None:
    """As in the local cloud. The root without HTML is answered by the distribution's root object."""
    code = resources["DashboardRoutes"]["Properties"]["FunctionCode"]
    headers = {"accept": {"value": accept}} if accept else {}
    event = {"request": {"uri": path, "headers": headers}}
    program = f"{code}\nconsole.log(handler({json.dumps(event)}).uri)"
    done = subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == file


def test_the_page_signs_in_without_a_secret(resources: dict[str, Any]) -> None:
    client = resources["SignInClient"]["Properties"]
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["AccessTokenValidity"] == 15
    assert client["TokenValidityUnits"]["AccessToken"] == "minutes"


def test_nobody_signs_up_alone(resources: dict[str, Any]) -> None:
    pool = resources["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert not {"UsernameAttributes", "AliasAttributes"} & pool.keys()
    groups = {
        each["Properties"]["GroupName"] for each in resources.values() if each["Type"].endswith("PoolGroup")
    }
    assert groups == {"admin", "read"}


def test_the_authorizer_knows_the_pool_and_the_client_of_the_page(resources: dict[str, Any]) -> None:
    function = resources["ApiKeysAuthorize"]["Properties"]
    variables = function["Environment"]["Variables"]
    issuer = {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}"}
    assert variables["SIGN_IN_ISSUER"] == {"Fn::If": ["HasDashboard", issuer, ""]}
    assert variables["SIGN_IN_CLIENT_ID"] == {"Fn::If": ["HasDashboard", {"Ref": "SignInClient"}, ""]}
    layers = [layer for layer in function["Layers"] if "Fn::If" in layer]
    assert [layer["Fn::If"][1]["Ref"].startswith("SignInLayer") for layer in layers] == [True]
    others = [
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function" and "SignInLayer" in json.dumps(each)
    ]
    assert others == ["ApiKeysAuthorize"]


def test_only_the_gateway_of_this_stack_asks_the_authorizer(resources: dict[str, Any]) -> None:
    permission = resources["ApiMayAuthorize"]["Properties"]
    assert permission["FunctionName"] == {"Ref": "ApiKeysAuthorize"}
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/authorizers/*")
    name = resources["ApiKeysAuthorize"]["Properties"]["FunctionName"]["Fn::Sub"]
    api = json.dumps(resources["Api"]["Properties"]["Body"]["components"]["securitySchemes"])
    assert f":function:{name}" in api
