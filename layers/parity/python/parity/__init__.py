"""Customers, subscriptions, entitlements and usage, on one DynamoDB table."""
