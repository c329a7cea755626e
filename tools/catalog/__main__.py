"""`python -m tools.catalog pull` writes the catalogue as YAML; `push FILE` makes it as the file says.

URL and KEY in the environment say where. A push shows what it would change; it changes that if
APPLY is set. What the file does not name stays as it is.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

from tools.api_client import Api, ApiError, read_address
from tools.catalog.changes import compare_catalogues
from tools.catalog.normal_form import CatalogueError
from tools.catalog.remote import read_catalogue
from tools.catalog.yaml_text import read_yaml, write_yaml


def main() -> None:
    command, *files = sys.argv[1:]
    with closing(Api(*read_address(f"make catalog-{command}"))) as api:
        try:
            if command == "pull":
                pull(api)
            else:
                push(api, files)
        except (ApiError, CatalogueError, OSError) as error:
            sys.exit(str(error))


def pull(api: Api) -> None:
    """Writes what is published and not archived."""
    sys.stdout.write(write_yaml(read_catalogue(api, drafts=False).to_normal_form()))


def push(api: Api, files: list[str]) -> None:
    if len(files) != 1:
        sys.exit("Say which file: make catalog-push FILE=catalog.yaml URL=... KEY=...")
    file = read_yaml(Path(files[0]).read_text(encoding="utf-8"))
    changes = compare_catalogues(read_catalogue(api, drafts=True), file)
    diff = changes.diff()
    print(diff or "The catalogue is as the file says.")
    if diff and os.environ.get("APPLY"):
        for sentence in changes.apply(api):
            print(sentence)
    elif diff:
        print("Nothing was changed. APPLY=1 changes it.")


if __name__ == "__main__":
    main()
