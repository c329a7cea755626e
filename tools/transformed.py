"""Writes template.yaml as CloudFormation sees it, after the SAM transform, for `make validate`.

`sam validate --lint` looks at the template before the transform. What is wrong only afterwards would be
found by a deployment. An example is a resource that waits for one which may not exist.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.stack.transform import read_transformed

ROOT = Path(__file__).parent.parent

QUOTAS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""What one stack may have, each by its section of the template."""

PATHS = 300
"""What one API may have: parts of paths of a REST API, routes of an HTTP API. AWS raises it when asked."""

ALL = {"Runtime": "python3.13", "Release": "0f1e2d3c4b", "TrafficShift": "Canary10Percent5Minutes"}
"""Parameters with which the transform makes all resources that it may make."""

LARGEST_TEMPLATE_BYTES = 1_000_000
"""A template that is read from S3, as `sam deploy` sends it."""


def main() -> None:
    (written,) = sys.argv[1:]
    document = read_transformed(ROOT / "template.yaml", ALL).document
    Path(written).parent.mkdir(exist_ok=True)
    Path(written).write_text(json.dumps(document, indent=1), encoding="utf-8")
    counts = dict(count_against_quotas(document))
    print("\n".join(f"{what}: {count:,} of {quota:,}" for what, (count, quota) in counts.items()))
    if above := [what for what, (count, quota) in counts.items() if count > quota]:
        sys.exit(f"AWS refuses the template: too many {', '.join(above)}.")


def count_against_quotas(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    """What the template has and how many AWS allows, by name."""
    for section, quota in QUOTAS.items():
        yield section, (len(document[section]), quota)
    yield "Bytes", (len(json.dumps(document)), LARGEST_TEMPLATE_BYTES)
    core, edge = (document["Resources"][name]["Properties"]["Body"]["paths"] for name in ("Api", "EdgeApi"))
    yield "Parts of paths of the API", (len(list_parts(core)), PATHS)
    yield "Routes of the edge", (sum(map(len, edge.values())), PATHS)


def list_parts(paths: Iterable[str]) -> set[str]:
    """API Gateway has a resource for each: `/a/b` and `/a/c` are `/`, `/a`, `/a/b` and `/a/c`."""
    parts = (path.strip("/").split("/") for path in paths)
    return {"/".join(each[:length]) for each in parts for length in range(len(each) + 1)}


if __name__ == "__main__":
    main()
