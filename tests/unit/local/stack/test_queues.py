from __future__ import annotations

import json
from unittest.mock import ANY

from local.model import Queue
from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_queue_has_the_attributes_that_sqs_takes(template: EditableTemplate) -> None:
    dead, deliveries = template.load().queues
    assert dead == Queue("test-Failures")
    assert deliveries == Queue("deliveries", {"VisibilityTimeout": "60", "RedrivePolicy": ANY})
    assert json.loads(deliveries.attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:test-Failures",
        "maxReceiveCount": 3,
    }


def test_functions_get_a_queue_by_url_name_and_arn(template: EditableTemplate) -> None:
    environment = template.load().functions["test-Deliver"].environment
    assert environment["URL"] == "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries"
    assert environment["NAME"] == "deliveries"
    assert environment["ARN"] == "arn:aws:sqs:us-east-1:000000000000:deliveries"
