"""Subscriptions: who has which plan, since when, and what people and time do to it."""
