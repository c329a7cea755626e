from __future__ import annotations

import pytest

from tests.unit.local.stack.editable_template import EditableTemplate


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("Parameters:", "Parameters: [", "template.yaml: not valid YAML: line"),
        ("CodeUri: functions/sweep\n", "CodeUri: functions/nothing\n", "template.yaml: Sweep: CodeUri names"),
        (
            "CodeUri: functions/sweep\n",
            "Tags: {}\n",
            "template.yaml: Sweep: CodeUri must name a local folder",
        ),
        ("Handler: app.handler", "Handler: main.handler", "Handler is main.handler, but"),
        ("Handler: app.handler", "Handler: handler", "Handler must be <module>.<function>, not handler"),
        (
            "TABLE_NAME: !Ref Table",
            "TABLE_NAME: !Ref Tabel",
            "Environment.Variables.TABLE_NAME refers to Tabel, which is not in the template",
        ),
        (
            "!GetAtt Table.StreamArn",
            "!GetAtt Tabel.StreamArn",
            "ProjectChanges: EventSourceArn refers to Tabel",
        ),
        (
            "!FindInMap [Sizes, small, items]",
            "!FindInMap [Sizes, big, items]",
            "SIZE has a malformed Fn::FindInMap",
        ),
        ("!If [HasAlarm,", "!If [HasAlram,", "ALARM refers to the condition HasAlram"),
        ("!Ref Zones", "!ImportValue Zones", "uses Fn::ImportValue, which the local cloud does not know"),
        (
            "Layers: [!Ref OwnLayer,",
            "Layers: ['arn:aws:lambda:::layer:x:1',",
            "which is not a layer of this template",
        ),
        ("ContentUri: layers/own", "ContentUri: layers/none", "Layers needs"),
        ("Default: 'north, south'", "MinLength: 1", "template.yaml: Parameters: Zones has no default"),
        (
            "FunctionPayloadType: REQUEST",
            "FunctionPayloadType: TOKEN",
            "KeyAuthorizer is not a Lambda authorizer",
        ),
        (
            "EnableSimpleResponses: true",
            "EnableSimpleResponses: false",
            "template.yaml: Edge: Auth.Authorizers.EdgeAuthorizer.EnableSimpleResponses is not true",
        ),
        (
            "AuthorizerPayloadFormatVersion: '2.0'",
            "AuthorizerPayloadFormatVersion: '1.0'",
            "EdgeAuthorizer.AuthorizerPayloadFormatVersion is 1.0, but only 2.0 is emulated",
        ),
        ("Context: [routeKey]", "QueryStrings: [key]", "that is neither a header nor the route key"),
        (
            "Path: '/items/{itemId}', Method: get}\n        EdgeOpen",
            "Path: '/items/{itemId}', Method: get, PayloadFormatVersion: '1.0'}\n        EdgeOpen",
            "Edge: Body.GET /items/{itemId}.PayloadFormatVersion is 1.0, but only 2.0 is emulated",
        ),
        (
            "      CorsConfiguration:",
            "      StageName: live\n      CorsConfiguration:",
            "template.yaml: Edge: StageName must be $default",
        ),
        (
            "QueueName: deliveries",
            "QueueName: deliveries\n      FifoQueue: true",
            "Deliveries: QueueName is deliveries; the name of a FIFO queue has to end in .fifo",
        ),
        (
            "VisibilityTimeout: 60",
            "VisibilityTimeout: 9",
            "names a queue whose VisibilityTimeout, 9 s, is less than the function's 10 s",
        ),
        (
            "Queue: !GetAtt Deliveries.Arn",
            "Queue: arn:aws:sqs:us-east-1:000000000000:other",
            "DeliverDeliveries: EventSourceArn names other, which is not in this template",
        ),
        (
            "BatchSize: 5\n",
            "BatchSize: 5\n            FilterCriteria: {Filters: [{Pattern: '{}'}]}\n",
            "DeliverDeliveries: FilterCriteria is set",
        ),
        (
            '{"eventName": ["INSERT"]}',
            "{eventName",
            "ProjectChanges: FilterCriteria has a Pattern that is not JSON",
        ),
        (
            "ScheduleExpression: rate(2 days)",
            "ScheduleExpression: at(2026-01-01T00:00:00)",
            "template.yaml: SweepEveryOtherDay: ScheduleExpression is at(2026-01-01T00:00:00), but only",
        ),
        ("rate(1 minute)", "rate(0 minutes)", "ScheduleExpression is rate(0 minutes), but only"),
        ("rate(1 minute)", "rate(5 seconds)", "ScheduleExpression is rate(5 seconds), but only"),
        ("rate(1 minute)", "rate(1 minutes)", "but EventBridge takes rate(1 minute) only"),
        ("rate(1 minute)", "rate(2 minute)", "but EventBridge takes rate(2 minutes) only"),
        (
            "ScheduleExpression: rate(2 days)",
            "ScheduleExpression: rate(2 days), ScheduleExpressionTimezone: Europe/Berlin",
            "SweepEveryOtherDay: ScheduleExpressionTimezone is not UTC",
        ),
        (
            "StartingPosition: TRIM_HORIZON",
            "Unknown: x",
            "template.yaml: Resource with id [ProjectChanges] is invalid.",
        ),
    ],
)
def test_a_broken_template_is_explained_in_one_sentence_with_its_place(
    template: EditableTemplate, old: str, new: str, named: str
) -> None:
    template.edit(old, new)
    assert named in template.load_error()
