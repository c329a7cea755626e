"""The table: keys, items, and every access pattern as a named method of one DynamoDB request."""
