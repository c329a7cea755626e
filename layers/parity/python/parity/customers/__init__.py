"""Customers: their profiles, lists of them, searches, and imports."""
