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


# A start makes many objects and drops few. So garbage is rarely looked for, then and later.
gc.set_threshold(50_000, 20, 20)


class _StandIn(ModuleType):
    """In place of a module that nothing uses: each of its names is a function that returns an empty text."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: ""


STAND_INS: dict[str, ModuleType | None] = {
    "botocore.docs.docstring": _StandIn("botocore.docs.docstring"),
    "botocore.docs.service": _StandIn("botocore.docs.service"),
    "importlib.metadata": _StandIn("importlib.metadata"),
    "urllib3.contrib.pyopenssl": None,
}
"""What botocore imports and functions do not use, with what it gets in its place. None is as not installed.

So the methods of clients have no docstrings, and TLS is that of Python's `ssl`. urllib3 would look up the
version of a library for HTTP/2 in the metadata.
"""


@contextmanager
def _without_unused_modules() -> Iterator[None]:
    """Puts the stand-ins in place during the block. To import the real modules takes over a tenth of a start.

    One that is there already stays. `botocore.docs` goes at the end, too, as it was imported with stand-ins.
    """
    before = {*sys.modules}
    sys.modules.update(cast("dict[str, ModuleType]", {**STAND_INS, **sys.modules}))
    try:
        yield
    finally:
        for name in {*STAND_INS, "botocore.docs"} - before:
            sys.modules.pop(name, None)


def _import_on_empty_stack(name: str) -> None:
    """Imports a module in a new thread, whose stack is empty. What fails there fails at its next import, too.

    CPython keeps the frames of a stack in chunks of 16 KB. A call that crosses the end of one allocates the
    next, and its return frees it. Calls in a loop that start just below such an end each do so. Below ten
    nested imports urllib3 compiled its regular expressions there, which took a fifth of a start.
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
