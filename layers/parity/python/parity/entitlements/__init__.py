"""Entitlements: what a customer may use, how much of it is left, and why."""
