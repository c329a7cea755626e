"""Tests that share one local cloud, which ends with them."""
