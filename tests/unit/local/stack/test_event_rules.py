from __future__ import annotations

import json
import logging

import pytest

from tests.unit.local.stack.editable_template import EditableTemplate

RULE = """Resources:
  Watch:
    Type: AWS::Events::Rule
    Properties:
      Name: watch
      EventBusName: orders
      EventPattern: {source: [shop]}
      Targets: [{Id: queue, Arn: !GetAtt Deliveries.Arn}, {Id: topic, Arn: 'arn:aws:sns:us-east-1:1:topic'}]
"""
QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:deliveries"


def test_a_rule_sends_what_matches_to_queues(
    template: EditableTemplate, caplog: pytest.LogCaptureFixture
) -> None:
    template.edit("Resources:\n", RULE)
    with caplog.at_level(logging.WARNING):
        (rule,) = template.load().event_rules
    assert (rule.name, rule.bus, json.loads(rule.pattern)) == ("watch", "orders", {"source": ["shop"]})
    assert rule.queue_arns == (QUEUE_ARN,)
    assert "its target arn:aws:sns:us-east-1:1:topic is idle" in caplog.text


@pytest.mark.parametrize("line", ["      State: DISABLED\n", ""])
def test_a_rule_that_is_disabled_or_has_no_pattern_is_left_out(template: EditableTemplate, line: str) -> None:
    template.edit("Resources:\n", RULE + line if line else RULE.replace("EventPattern", "Description"))
    assert template.load().event_rules == ()
