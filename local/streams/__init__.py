"""Lambda's event source mapping for DynamoDB streams."""

from local.streams.mappings import StreamMappings

__all__ = ["StreamMappings"]
