"""Lambda functions and the folders they run from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.model import Function
from local.stack import names
from local.stack.errors import Place
from local.stack.intrinsics import Resolver
from local.stack.transform import Document, Transformed, Value

_DEFAULT_MEMORY_MB = 128
_DEFAULT_TIMEOUT_SECONDS = 3


def read_functions(
    template: Transformed, resolver: Resolver, layer_folders: Mapping[str, Path]
) -> dict[str, Function]:
    """Every function by name; raises TemplateError when its code or a layer is missing."""
    layers = _read_layers(template, resolver, layer_folders)
    found = [
        _read_function(template, resolver.name(logical_id), properties, resolver.place(logical_id), layers)
        for logical_id, properties in resolver.resources("AWS::Lambda::Function").items()
    ]
    return {function.name: function for function in found}


def _read_function(
    template: Transformed, name: str, properties: Document, place: Place, layers: Mapping[str, Path]
) -> Function:
    code = template.folders.get(place.resource)
    if code is None:
        raise (place / "Code").error("is not a local folder")
    return Function(
        name=name,
        handler=_check_handler(properties.get("Handler"), code, place),
        code=code,
        layers=tuple(_find_layer(arn, layers, place / "Layers") for arn in properties.get("Layers", ())),
        environment=_read_environment(properties),
        memory_mb=int(properties.get("MemorySize", _DEFAULT_MEMORY_MB)),
        timeout_seconds=int(properties.get("Timeout", _DEFAULT_TIMEOUT_SECONDS)),
        log_group=properties.get("LoggingConfig", {}).get("LogGroup"),
    )


def _check_handler(handler: Value, code: Path, place: Place) -> str:
    if not code.is_dir():
        raise (place / "CodeUri").error(f"names {code}, which is not a folder")
    module, separator, _ = str(handler).rpartition(".")
    if not separator:
        raise (place / "Handler").error(f"must be <module>.<function>, not {handler}")
    file = code / f"{module.replace('.', '/')}.py"
    if not file.is_file():
        raise (place / "Handler").error(f"is {handler}, but {file} does not exist")
    return str(handler)


def _read_environment(properties: Document) -> dict[str, str]:
    variables = properties.get("Environment", {}).get("Variables", {})
    return {name: _to_text(value) for name, value in variables.items()}


def _to_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_layers(
    template: Transformed, resolver: Resolver, layer_folders: Mapping[str, Path]
) -> dict[str, Path]:
    """The `python` folder of every layer of this stack, by the ARN to which `Ref` resolves."""
    kind = "AWS::Lambda::LayerVersion"
    by_arn = {}
    for logical_id, properties in resolver.resources(kind).items():
        # The transform appends a hash to a layer's logical id; the S3 key keeps the one in the template.
        original = properties["Content"]["S3Key"]
        folder = layer_folders.get(original, template.folders.get(original))
        if folder is not None:
            by_arn[names.arn(kind, resolver.name(logical_id))] = folder / "python"
    return by_arn


def _find_layer(arn: str, layers: Mapping[str, Path], place: Place) -> Path:
    if arn not in layers:
        raise place.error(f"names {arn}, which is not a layer of this template")
    if not layers[arn].is_dir():
        raise place.error(f"needs {layers[arn]}, which is not a folder")
    return layers[arn]
