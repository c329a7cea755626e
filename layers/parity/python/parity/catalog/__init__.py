"""The catalogue: features and their meters, and plans with versions, entitlements and prices."""
