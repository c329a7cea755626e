"""Demo data, loaded as any client would load it: over HTTP."""

from local.seed.demo.api import DemoError
from local.seed.demo.customers import DATA_SETS
from local.seed.demo.loading import load_demo

__all__ = ["DATA_SETS", "DemoError", "load_demo"]
