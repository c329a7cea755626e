"""The table: every key, how values become items, and how DynamoDB is called."""
