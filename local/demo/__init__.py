"""Demo data, loaded as any client would load it: over HTTP."""

from local.demo.loading import DATA_SETS, DemoError, load_demo

__all__ = ["DATA_SETS", "DemoError", "load_demo"]
