"""Counting: events are ingested once, and become hours, days, months and counters."""
