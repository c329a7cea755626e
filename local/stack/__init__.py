"""Loads a SAM template as CloudFormation would deploy it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.model import Stack
from local.stack.errors import TemplateError
from local.stack.event_sources import queue_mappings, streams
from local.stack.functions import functions
from local.stack.http_apis import http_apis
from local.stack.intrinsics import Resolver
from local.stack.parameters import variables
from local.stack.queues import check_queue_mappings, queues
from local.stack.rest_apis import rest_apis
from local.stack.schedules import read_schedules
from local.stack.tables import tables
from local.stack.transform import read_transformed

__all__ = ["TemplateError", "load_stack"]


def load_stack(
    template: Path,
    parameters: Mapping[str, str] | None = None,
    layer_folders: Mapping[str, Path] | None = None,
) -> Stack:
    """The stack of a template.

    `parameters` override the template's defaults and may set `AWS::StackName`. `layer_folders` gives, by a
    layer's logical id, the folder that holds its built `python` folder in place of the layer's ContentUri.
    Raises TemplateError, one sentence that names the file, the resource and the property.
    """
    given = parameters or {}
    transformed = read_transformed(template, given)
    document, file = transformed.document, transformed.file
    resolver = Resolver(document, variables(document, given, file), file)
    stack = Stack(
        functions=functions(transformed, resolver, layer_folders or {}),
        tables=tables(resolver),
        apis=rest_apis(resolver, file),
        http_apis=http_apis(resolver, file),
        streams=streams(resolver, file),
        queues=queues(resolver, file),
        queue_mappings=queue_mappings(resolver, file),
        schedules=read_schedules(resolver, file),
    )
    check_queue_mappings(stack, file)
    return stack
