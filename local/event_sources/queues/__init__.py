"""SQS: the stack's queues, event source mappings from them, and queues as on-failure destinations."""

from local.event_sources.queues.mappings import QueueMappings
from local.event_sources.queues.sqs import create_queues, send_to_queue

__all__ = ["QueueMappings", "create_queues", "send_to_queue"]
