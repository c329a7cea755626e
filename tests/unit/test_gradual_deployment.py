"""The busiest functions are called by version, and a new version gets its calls step by step."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from local.stack.transform import read_transformed
from parity.aws.metrics import NAMESPACE
from tests.support import ROOT
from tools.transformed import ALL

BUSIEST = {"EntitlementsCheck", "EntitlementsCheckBatch", "ReportEvent", "ReportEvents", "ReportUsage"}

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def resources() -> Resources:
    return transform()


def transform(**parameters: str) -> Resources:
    return dict(read_transformed(ROOT / "template.yaml", {**ALL, **parameters}).resources)


def of_type(resources: Resources, type_name: str) -> Resources:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == type_name}


def versions(resources: Resources) -> dict[str, str]:
    """The logical id of the version that each alias points to, by function."""
    aliases = of_type(resources, "AWS::Lambda::Alias").values()
    return {each["FunctionName"]["Ref"]: each["FunctionVersion"]["Fn::GetAtt"][0] for each in aliases}


def test_the_busiest_functions_are_called_by_version(resources: Resources) -> None:
    """The gateways call the alias, and may call nothing else of the function."""
    assert versions(resources).keys() == BUSIEST
    called = {
        permission["FunctionName"]["Ref"]
        for permission in of_type(resources, "AWS::Lambda::Permission").values()
        if "Ref" in permission["FunctionName"]
    }
    assert {name for name in called if name.endswith("Aliaslive")} == {f"{name}Aliaslive" for name in BUSIEST}
    assert not called & BUSIEST
    for api in ("Api", "EdgeApi"):
        integrations = json.dumps(resources[api]["Properties"]["Body"])
        assert all(f"${{{name}.Arn}}" not in integrations for name in BUSIEST)
        assert "${EntitlementsCheckAliaslive}" in integrations


def test_another_release_makes_another_version_and_nothing_else_does(resources: Resources) -> None:
    assert versions(transform()) == versions(resources)
    assert not set(versions(transform(Release="ffffffffff")).values()) & set(versions(resources).values())


def test_without_a_release_there_is_no_deployment() -> None:
    """New code, or a new value of a parameter, would not get to the functions that are called by version."""
    document = read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"}).document
    (assertion,) = document["Rules"]["ReleaseIsNamed"]["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Release"}, ""]}]}


def test_no_version_is_kept_that_gets_no_calls(resources: Resources) -> None:
    for version in versions(resources).values():
        assert resources[version]["DeletionPolicy"] == "Delete"


def test_a_shift_ends_where_an_alarm_of_the_new_version_is_raised(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    for name, version in versions(resources).items():
        group = resources[f"{name}DeploymentGroup"]["Properties"]
        condition, watched, _ = group["AlarmConfiguration"]["Fn::If"]
        assert condition == "ShiftsTraffic"
        assert [each["Name"]["Ref"] for each in watched["Alarms"]] == [f"{name}Fails", f"{name}IsSlow"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        of_version = {"Fn::GetAtt": [version, "Version"]}
        for metric in [*list_metrics(alarms[f"{name}Fails"]), alarms[f"{name}IsSlow"]]:
            key = "version" if metric["Namespace"] == NAMESPACE else "ExecutedVersion"
            assert {"Name": key, "Value": of_version} in metric["Dimensions"]


def test_an_alarm_of_the_version_before_does_not_stop_its_correction(resources: Resources) -> None:
    """CodeDeploy starts no shift while an alarm is raised, so those of another release are other ones."""
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    for name in BUSIEST:
        for what in ("Fails", "IsSlow"):
            alarm_name = alarms[f"{name}{what}"]["AlarmName"]
            assert alarm_name == {"Fn::Sub": f"${{AWS::StackName}}-{name}{what}-${{Release}}"}


def list_metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def test_a_stack_may_do_without_code_deploy(resources: Resources) -> None:
    without = transform(TrafficShift="none")
    assert any(each["Type"].startswith("AWS::CodeDeploy::") for each in resources.values())
    assert not any(each["Type"].startswith("AWS::CodeDeploy::") for each in without.values())
    assert not any("UpdatePolicy" in each for each in without.values())
    assert versions(without).keys() == BUSIEST
    watching = {f"{name}{what}" for name in BUSIEST for what in ("Fails", "IsSlow")}
    assert {each["Condition"] for name, each in without.items() if name in watching} == {"ShiftsTraffic"}


def test_each_stage_says_how_it_shifts_traffic() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    given = {
        stage: settings["deploy"]["parameters"]["parameter_overrides"]
        for stage, settings in config.items()
        if isinstance(settings, dict) and "deploy" in settings
    }
    assert {stage: [each for each in given[stage] if "TrafficShift" in each] for stage in given} == {
        "dev": ["TrafficShift=AllAtOnce"],
        "staging": ["TrafficShift=Canary10Percent5Minutes"],
        "prod": ["TrafficShift=Canary10Percent5Minutes"],
    }
