"""Lambda's event source mappings from the streams of DynamoDB tables."""

from local.event_sources.streams.mappings import StreamMappings, check_filters

__all__ = ["StreamMappings", "check_filters"]
