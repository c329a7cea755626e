"""Data that a new local cloud starts with: API keys, and demo data on request."""
