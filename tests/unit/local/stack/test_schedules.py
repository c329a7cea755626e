from __future__ import annotations

from datetime import timedelta

import pytest

from local.model import Schedule
from tests.unit.local.stack.editable_template import EditableTemplate


def test_schedules_of_both_kinds_are_read_and_disabled_ones_left_out(template: EditableTemplate) -> None:
    assert set(template.load().schedules) == {
        Schedule("test-SweepEveryMinute", timedelta(minutes=1), "test-Sweep", '{"task": "sweep"}'),
        Schedule("every-other-day", timedelta(days=2), "test-Sweep"),
    }


@pytest.mark.parametrize(
    ("expression", "interval"),
    [
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(12 hours)", timedelta(hours=12)),
        ("rate(1 day)", timedelta(days=1)),
    ],
)
def test_a_rate_is_the_interval_of_its_schedule(
    template: EditableTemplate, expression: str, interval: timedelta
) -> None:
    template.edit("rate(2 days)", expression)
    assert Schedule("every-other-day", interval, "test-Sweep") in template.load().schedules


def test_an_expression_other_than_a_rate_is_refused_with_what_is_supported(
    template: EditableTemplate,
) -> None:
    template.edit("rate(1 minute)", "'cron(0 3 * * ? *)'")
    assert template.load_error() == (
        "template.yaml: SweepEveryMinute: ScheduleExpression is cron(0 3 * * ? *), but only"
        " rate(<number> minutes), rate(<number> hours) and rate(<number> days) run locally."
    )


def test_a_schedule_of_another_target_is_idle_with_a_warning(
    template: EditableTemplate, caplog: pytest.LogCaptureFixture
) -> None:
    template.edit(
        "  Failures:\n",
        "  Rule:\n    Type: AWS::Events::Rule\n    Properties:\n      ScheduleExpression: rate(1 minute)\n"
        "      Targets: [{Id: queue, Arn: !GetAtt Deliveries.Arn}]\n  Failures:\n",
    )
    assert len(template.load().schedules) == 2
    assert "test-Rule: only functions are invoked locally" in caplog.text
