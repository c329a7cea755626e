"""How the package is laid out: modules by area, and which imports cross from one area to another.

Imports that only type checkers follow do not count. The order of the areas is held by `make lint`.
"""

from __future__ import annotations

import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter

import grimp

PACKAGE = "parity"
TECHNICAL = {"core", "aws", "dynamodb", "http"}
LAYERS = ("rules", "store", "service", "api")


def measure() -> None:
    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True)
    modules = sorted(graph.modules - {PACKAGE})
    imports = [
        (module, imported)
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module) - {PACKAGE}
    ]
    _print_modules(modules)
    _print_imports(imports)
    sys.stdout.write(f"circles of modules: {_circle_of(modules, imports) or 'none'}\n")


def _print_modules(modules: list[str]) -> None:
    """A row per area or technical package, a column per layer. Packages themselves are left out."""
    packages = {module.rpartition(".")[0] for module in modules}
    found = Counter(_place_of(module) for module in modules if module not in packages)
    sys.stdout.write(f"{'modules':<16}" + "".join(f"{layer:>9}" for layer in (*LAYERS, "in all")) + "\n")
    for area in dict.fromkeys(area for area, _ in sorted(found)):
        numbers = [found[area, layer] for layer in LAYERS]
        total = sum(number for (name, _), number in found.items() if name == area)
        sys.stdout.write(
            f"{area:<16}" + "".join(f"{number or '-':>9}" for number in (*numbers, total)) + "\n"
        )


def _place_of(module: str) -> tuple[str, str]:
    _, area, *rest = module.split(".")
    return area, rest[0] if rest and rest[0] in LAYERS else ""


def _print_imports(imports: list[tuple[str, str]]) -> None:
    kinds = Counter(_kind_of(module, imported) for module, imported in imports)
    for kind, number in kinds.most_common():
        sys.stdout.write(f"imports {kind:<32}{number:>6}{number / len(imports):>8.0%}\n")


def _kind_of(module: str, imported: str) -> str:
    area, other = module.split(".")[1], imported.split(".")[1]
    if area == other:
        return "inside an area"
    return "of a technical package" if other in TECHNICAL else "of another area"


def _circle_of(modules: list[str], imports: list[tuple[str, str]]) -> str:
    """The first circle found, as a chain of modules; empty if there is none."""
    sorter = TopologicalSorter({module: [to for by, to in imports if by == module] for module in modules})
    try:
        sorter.prepare()
    except CycleError as error:
        return " -> ".join(error.args[1])
    return ""


if __name__ == "__main__":
    measure()
