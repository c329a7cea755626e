"""Tests of the dashboard, on one local cloud that ends with them."""
