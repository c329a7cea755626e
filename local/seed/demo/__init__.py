"""Demo data, loaded by HTTP requests as any client sends them."""

from local.seed.demo.api import DemoError
from local.seed.demo.customers import DATA_SETS
from local.seed.demo.loading import load_demo

__all__ = ["DATA_SETS", "DemoError", "load_demo"]
