"""The parts of botocore that clients are made of, imported quickly (docs/decisions/0072)."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


gc.set_threshold(50_000, 20, 20)
# A start makes much and drops little, and Python would look for garbage in all of it again and again.


class _StandIn(ModuleType):
    """A module in which every name makes an empty text."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: ""


UNUSED: dict[str, ModuleType | None] = {
    "botocore.docs.docstring": _StandIn("botocore.docs.docstring"),
    "botocore.docs.service": _StandIn("botocore.docs.service"),
    "importlib.metadata": _StandIn("importlib.metadata"),
    "urllib3.contrib.pyopenssl": None,
}
"""What botocore imports and functions do not use, with what it gets in its place; None is as not installed.

So the methods of its clients have no docstrings, and connections are Python's own. Metadata is where urllib3
would look up the version of a library for HTTP/2.
"""


@contextmanager
def _without_unused_modules() -> Iterator[None]:
    """Keeps them from being imported, which takes a fifth of a start. One that is there already stays."""
    before = {*sys.modules}
    sys.modules.update(cast("dict[str, ModuleType]", {**UNUSED, **sys.modules}))
    try:
        yield
    finally:
        for name in {*UNUSED, "botocore.docs"} - before:
            sys.modules.pop(name, None)


def _import_on_empty_stack(name: str) -> None:
    """Imports a module in a thread of its own. What fails there fails again where the module is used.

    CPython keeps frames in pieces of 16 KB. Each call that crosses into a piece asks the kernel for it, and
    gives it back at its return. Behind ten nested imports urllib3's regular expressions, which take thousands
    of calls, may begin at such a place: that took a fifth of a start.
    """
    thread = Thread(target=import_module, args=(name,))
    thread.start()
    thread.join()


with _without_unused_modules():
    _import_on_empty_stack("botocore.session")

    from botocore.config import Config
    from botocore.loaders import Loader
    from botocore.session import get_session

__all__ = ["Config", "Loader", "get_session"]
