"""Loads a SAM template: the stack that CloudFormation would deploy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.model import Stack
from local.stack.errors import TemplateError
from local.stack.event_rules import read_event_rules
from local.stack.event_sources import check_queue_mapping, read_queue_mappings, read_stream_mappings
from local.stack.functions import read_functions
from local.stack.http_apis import read_http_apis
from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.queues import read_queues
from local.stack.rest_apis import read_rest_apis
from local.stack.schedules import read_schedules
from local.stack.tables import read_tables
from local.stack.transform import read_transformed

__all__ = ["TemplateError", "load_stack"]


def load_stack(
    template: Path,
    parameters: Mapping[str, str] | None = None,
    layer_folders: Mapping[str, Path] | None = None,
) -> Stack:
    """The stack of a template.

    `parameters` replace defaults and may set `AWS::StackName`. `layer_folders` has, by the logical id of a
    layer, the folder that contains its built `python` folder; other layers run from their ContentUri.
    Raises TemplateError, one sentence that names the file, the resource and the property.
    """
    given = parameters or {}
    transformed = read_transformed(template, given)
    document, file = transformed.document, transformed.file
    resolver = Resolver(document, read_parameters(document, given, file), file)
    stack = Stack(
        functions=read_functions(transformed, resolver, layer_folders or {}),
        tables=read_tables(resolver),
        rest_apis=read_rest_apis(resolver),
        http_apis=read_http_apis(resolver),
        stream_mappings=read_stream_mappings(resolver),
        queues=read_queues(resolver),
        queue_mappings=read_queue_mappings(resolver),
        event_rules=read_event_rules(resolver),
        schedules=read_schedules(resolver),
    )
    queues = {queue.name: queue for queue in stack.queues}
    for mapping in stack.queue_mappings:
        check_queue_mapping(mapping, stack.functions, queues, resolver.place(mapping.name))
    return stack
