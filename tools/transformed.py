"""Writes template.yaml as CloudFormation sees it, after the SAM transform, for `make validate`.

`sam validate --lint` looks at the template before the transform. What is wrong only afterwards would be
found by a deployment. An example is a resource that waits for one which may not exist.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.stack.transform import read_transformed

ROOT = Path(__file__).parent.parent

QUOTAS = {"Resources": 500, "Parameters": 200, "Outputs": 200}
"""What one stack may have, each by its section of the template."""

LARGEST_TEMPLATE_BYTES = 1_000_000
"""A template that is read from S3, as `sam deploy` sends it."""


def main() -> None:
    (written,) = sys.argv[1:]
    document = read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"}).document
    Path(written).parent.mkdir(exist_ok=True)
    Path(written).write_text(json.dumps(document, indent=1), encoding="utf-8")
    counts = dict(count_against_quotas(document))
    print("\n".join(f"{what}: {count:,} of {quota:,}" for what, (count, quota) in counts.items()))
    if above := [what for what, (count, quota) in counts.items() if count > quota]:
        sys.exit(f"CloudFormation refuses the template: too many {', '.join(above)}.")


def count_against_quotas(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    """What the template has and how many CloudFormation allows, by name."""
    for section, quota in QUOTAS.items():
        yield section, (len(document[section]), quota)
    yield "Bytes", (len(json.dumps(document)), LARGEST_TEMPLATE_BYTES)


if __name__ == "__main__":
    main()
