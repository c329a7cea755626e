"""Many operations a second, on a table that collides and throttles as DynamoDB does."""
