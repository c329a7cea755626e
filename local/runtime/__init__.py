"""Runs Lambda functions as processes of AWS's own runtime client."""

from local.runtime.pool import FunctionPool, RuntimeMissingError

__all__ = ["FunctionPool", "RuntimeMissingError"]
