"""SQS: the stack's queues, Lambda's event source mapping for them, and queues as on-failure destinations."""

from local.event_sources.queues.creating import create_queues, send_to_queue
from local.event_sources.queues.mappings import QueueMappings

__all__ = ["QueueMappings", "create_queues", "send_to_queue"]
