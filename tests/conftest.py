"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says nothing about the code on a machine that does other things, too.
settings.register_profile("parity", deadline=None)
settings.load_profile("parity")
