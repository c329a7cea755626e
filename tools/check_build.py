"""Checks what `make build` has made, before it can be deployed.

The layers are built for Lambda's processor, so their compiled code cannot be imported here. It is looked at
instead, and the import is tried with the same packages built for this machine.
"""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.compiled import is_compiled_from

ROOT = Path(__file__).parent.parent
LARGEST_LAYER_BYTES = {"ParityLayer": 15_000_000, "DependenciesLayer": 15_000_000, "SignInLayer": 17_000_000}
"""Unzipped. The last is the authorizer's only."""

COMPILED_CORES = {"DependenciesLayer": "_pydantic_core.", "SignInLayer": "_rust."}
"""How the name of each layer's largest compiled library begins."""

ELF_AARCH64 = 183
UNCHECKED_HASH = 0b01
IN_THE_LAMBDA_RUNTIME = ("boto3", "botocore", "s3transfer")

IMPORT_EVERYTHING = """
import importlib, importlib.util, pkgutil, sys, warnings, zoneinfo
warnings.simplefilter("error")
zoneinfo.reset_tzpath(())  # as in an image that knows no time zones
zoneinfo.ZoneInfo("Europe/Berlin")
import anyascii, aws_lambda_powertools, email_validator, parity, pydantic_core
for module in pkgutil.walk_packages(parity.__path__, "parity."):
    importlib.import_module(module.name)
for path in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("app", path)
    app = importlib.util.module_from_spec(spec)
    sys.modules["app"] = app
    spec.loader.exec_module(app)
    assert callable(app.handler), f"{path} has no handler"
"""


def main() -> None:
    build = ROOT / ".aws-sam" / "build"
    problems = [
        *(problem for name in LARGEST_LAYER_BYTES for problem in problems_of_layer(build / name)),
        *(problem for name in COMPILED_CORES for problem in problems_of_compiled_code(build / name)),
        *problems_of_service_data(build / "DependenciesLayer"),
        *problems_of_compiled_operations(build / "ParityLayer"),
        *problems_of_functions(build),
        *problems_of_importing(build, ROOT / ".build" / "layers"),
    ]
    for problem in problems:
        print(f"build: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)


def problems_of_layer(layer: Path) -> Iterator[str]:
    if not any((layer / "python").glob("*/__init__.py")):
        yield f"{layer.name} holds no package in python/"
        return
    size_bytes = sum(path.stat().st_size for path in layer.rglob("*") if path.is_file())
    print(f"{layer.name}: {size_bytes / 1_000_000:.1f} MB unzipped")
    largest = LARGEST_LAYER_BYTES[layer.name]
    if size_bytes > largest:
        yield f"{layer.name} is larger than {largest / 1_000_000:.0f} MB"
    for name in IN_THE_LAMBDA_RUNTIME:
        if (layer / "python" / name).exists():
            yield f"{layer.name} holds {name}, which the Lambda runtime brings"
    yield from problems_of_bytecode(layer)


def problems_of_bytecode(layer: Path) -> Iterator[str]:
    wrong = [path for path in layer.rglob("*.py") if not has_fitting_bytecode(path)]
    if wrong:
        example = wrong[0].relative_to(layer)
        yield f"{layer.name}: {len(wrong)} modules have no fitting bytecode, such as {example}"


def has_fitting_bytecode(source: Path) -> bool:
    """Whether the .pyc is of this Python and this source, and is used without a look at timestamps."""
    compiled = Path(importlib.util.cache_from_source(str(source)))
    if not compiled.is_file():
        return False
    magic, flags, source_hash = struct.unpack("<4sI8s", compiled.read_bytes()[:16])
    expected = (importlib.util.MAGIC_NUMBER, UNCHECKED_HASH, importlib.util.source_hash(source.read_bytes()))
    return (magic, flags, source_hash) == expected


def problems_of_compiled_code(layer: Path) -> Iterator[str]:
    libraries = list(layer.rglob("*.so"))
    core = COMPILED_CORES[layer.name]
    if not any(library.name.startswith(core) for library in libraries):
        yield f"{layer.name} lacks the compiled library {core}*"
    for library in libraries:
        if elf_machine(library) != ELF_AARCH64:
            yield f"{layer.name}: {library.name} is not built for arm64"
        if sys.implementation.cache_tag not in library.name and ".abi3." not in library.name:
            yield f"{layer.name}: {library.name} is not built for {sys.implementation.cache_tag}"


def elf_machine(library: Path) -> int | None:
    header = library.read_bytes()[:20]
    if header[:4] != b"\x7fELF":
        return None
    return int.from_bytes(header[18:20], "little")


def problems_of_service_data(layer: Path) -> Iterator[str]:
    if not any((layer / "python" / "service_data").glob("dynamodb/*/service-2.json")):
        yield f"{layer.name} lacks the service data that functions start with"


def problems_of_compiled_operations(layer: Path) -> Iterator[str]:
    if not is_compiled_from(ROOT, layer / "python"):
        yield f"{layer.name} lacks the compiled operations, or has those of other sources"


def problems_of_functions(build: Path) -> Iterator[str]:
    sources = sorted((ROOT / "functions").glob("*/*/app.py"))
    built = list(build.glob("*/app.py"))
    if len(sources) != len(built):
        yield f"there are {len(sources)} functions, but template.yaml builds {len(built)}"


def problems_of_importing(build: Path, layers: Path) -> Iterator[str]:
    """Imports the built package and all handlers in the environment that stands in for Lambda's."""
    path = [str(build / "ParityLayer" / "python"), *map(str, layers.glob("*/python"))]
    done = subprocess.run(
        [str(ROOT / ".venvs/runtime/bin/python"), "-c", IMPORT_EVERYTHING, *map(str, build.glob("*/app.py"))],
        env={"PYTHONPATH": os.pathsep.join(path), "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        yield f"the build cannot be imported: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"


if __name__ == "__main__":
    main()
