"""Webhooks: who is told of changes, signed requests to them, and the log of these."""
