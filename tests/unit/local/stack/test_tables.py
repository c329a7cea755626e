from __future__ import annotations

from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_table_is_what_create_table_takes(template: EditableTemplate) -> None:
    (table,) = template.load().tables
    assert table.name == table.definition["TableName"] == "test"
    assert table.ttl_attribute == "expiresAt"
    assert table.definition["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert table.definition["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "listing",
            "KeySchema": [{"AttributeName": "listingPK", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ]
    assert "DeletionProtectionEnabled" not in table.definition
