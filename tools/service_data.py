"""Writes what botocore knows of the services that functions use: without words, and without other services.

A function reads this at its start, where botocore's own files take three times as long
(docs/decisions/0072). `make` calls it for the dependencies layer, with the folder to write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

SERVICES = ("dynamodb", "events", "sqs")
OF_A_SERVICE = ("service-2", "endpoint-rule-set-1")
OF_ALL_SERVICES = ("partitions", "sdk-default-configuration")


def main() -> None:
    write_service_data(Path(sys.argv[1]))


def write_service_data(folder: Path) -> None:
    """Regions, partitions and endpoint rules stay whole: a client has the URL that it would have anyway."""
    loader = Loader(include_default_extras=False)
    _write(folder / "endpoints", _without_other_services(loader.load_data("endpoints")))
    for name in OF_ALL_SERVICES:
        _write(folder / name, loader.load_data(name))
    for service in SERVICES:
        version = loader.determine_latest_version(service, "service-2")
        for name in OF_A_SERVICE:
            _write(
                folder / service / version / name,
                _without_words(loader.load_service_model(service, name, version)),
            )


def _without_other_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in SERVICES
        }
    return endpoints


def _without_words(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without the texts of the documentation. A shape's or a field's own name may be that, too."""
    match value:
        case dict():
            return {
                name: _without_words(part)
                for name, part in value.items()
                if not (name == "documentation" and isinstance(part, str))
            }
        case list():
            return [_without_words(part) for part in value]
    return value


def _write(path: Path, value: Any) -> None:  # noqa: ANN401
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
