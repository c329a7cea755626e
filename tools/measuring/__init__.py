"""Measurements: each module prints one kind, and runs by itself as `python -m tools.measuring.<name>`."""
