from __future__ import annotations

import pytest

from local.model import QueueMapping, StreamMapping
from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_stream_mapping_has_all_that_its_poller_needs(template: EditableTemplate) -> None:
    assert template.load().stream_mappings == (
        StreamMapping(
            name="ProjectChanges",
            table="test",
            function="test-Project",
            batch_size=25,
            batching_window_seconds=1,
            filters=({"eventName": ["INSERT"]},),
            maximum_retry_attempts=5,
            maximum_record_age_seconds=3600,
            bisect_on_error=True,
            report_batch_item_failures=True,
            on_failure="arn:aws:sqs:us-east-1:000000000000:test-Failures",
            starting_position="TRIM_HORIZON",
        ),
    )


def test_a_disabled_stream_mapping_is_left_out(template: EditableTemplate) -> None:
    template.edit("BatchSize: 25", "BatchSize: 25\n            Enabled: false")
    assert template.load().stream_mappings == ()


def test_a_queue_mapping_has_all_that_its_poller_needs(template: EditableTemplate) -> None:
    assert template.load().queue_mappings == (
        QueueMapping(
            name="DeliverDeliveries",
            queue="deliveries",
            function="test-Deliver",
            batch_size=5,
            batching_window_seconds=1,
            report_batch_item_failures=True,
            maximum_concurrency=2,
        ),
    )


def test_a_disabled_queue_mapping_is_left_out(template: EditableTemplate) -> None:
    template.edit("BatchSize: 5\n", "BatchSize: 5\n            Enabled: false\n")
    assert template.load().queue_mappings == ()


def test_a_mapping_from_another_source_is_idle_with_a_warning(
    template: EditableTemplate, caplog: pytest.LogCaptureFixture
) -> None:
    template.edit("Stream: !GetAtt Table.StreamArn", "Stream: arn:aws:kinesis:us-east-1:0:stream/x")
    assert template.load().stream_mappings == ()
    assert "ProjectChanges" in caplog.text
