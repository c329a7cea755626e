"""Lambda's event source mapping for DynamoDB streams."""

from local.event_sources.streams.mappings import StreamMappings

__all__ = ["StreamMappings"]
