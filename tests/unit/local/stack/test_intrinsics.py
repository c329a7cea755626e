from __future__ import annotations

from tests.unit.local.stack.editable_template import EditableTemplate


def test_intrinsic_functions_are_resolved_as_cloudformation_does(template: EditableTemplate) -> None:
    environment = template.load().functions["test-items-get"].environment
    assert environment == {
        "TABLE_NAME": "test",
        "BIG": "false",
        "JOINED": "us-east-1/south",
        "SPLIT": "a",
        "SIZE": "5",
        "SUBSTITUTED": "arn:aws:dynamodb:us-east-1:000000000000:table/test"
        " 000000000000 ${Literal} https://app.example.com",
    }


def test_parameters_decide_conditions_and_conditional_resources(template: EditableTemplate) -> None:
    assert "test-alarm" not in template.load().functions
    stack = template.load(Alarm="big")
    assert "test-alarm" in stack.functions
    assert stack.functions["test-items-get"].environment["BIG"] == "true"
    assert stack.functions["test-items-get"].environment["ALARM"] == "big"
