"""`make screenshots`: a local cloud with demo data and hard cases, and docs/screenshots from it.

`make screenshots ARGS='customers plan'` takes those alone. Pictures are small, as they are in the repository.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from local.cloud import LocalCloud
from local.seed.demo.api import Api
from tests.support.engines.browser import find_chromium, open_browser
from tests.support.fakes.receivers import in_turn, respond, run_receiver
from tools.screenshots.camera import take_pictures
from tools.screenshots.hard_cases import create_hard_cases, send_webhooks
from tools.screenshots.states import STATES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/screenshots"
MAX_BYTES = 150_000
MAX_TOTAL_BYTES = 2_500_000


def main() -> int:
    chosen = sys.argv[1:]
    states = [state for state in STATES if not chosen or state.name in chosen]
    if find_chromium() is None:
        return fail("Pictures need Chromium, which is not installed.")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCloud(ROOT, quiet=True, demo="small", state=Path(folder)) as cloud,
    ):
        api = Api(cloud.url, cloud.server_key)
        create_hard_cases(api)
        with run_receiver(in_turn(respond("500 Internal Server Error", b"not today"), respond())) as receiver:
            send_webhooks(api, receiver.url)
        with open_browser() as browser:
            take_pictures(browser, cloud.url, states, FOLDER)
    return check_sizes(FOLDER)


def check_sizes(folder: Path) -> int:
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.png")}
    print(f"{len(sizes)} pictures, {sum(sizes.values()) / 1000:,.0f} kB, in {folder.relative_to(ROOT)}")
    large = [name for name, size in sizes.items() if size > MAX_BYTES]
    if large:
        return fail(f"Over {MAX_BYTES // 1000} kB: {', '.join(sorted(large))}")
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        return fail(f"Together they are over {MAX_TOTAL_BYTES // 1000} kB.")
    return 0


def fail(sentence: str) -> int:
    print(f"! {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
