"""Demo data, loaded as any client would load it: over HTTP."""

from local.demo.api import DemoError
from local.demo.customers import DATA_SETS
from local.demo.loading import load_demo

__all__ = ["DATA_SETS", "DemoError", "load_demo"]
