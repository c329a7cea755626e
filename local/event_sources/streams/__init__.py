"""Lambda's event source mappings from the streams of DynamoDB tables."""

from local.event_sources.streams.mappings import StreamMappings, check_filters
from local.event_sources.streams.positions import Positions

__all__ = ["Positions", "StreamMappings", "check_filters"]
