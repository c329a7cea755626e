"""docs/access-patterns.md shows the keys that the modules `keys` make, and no others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support import ROOT

WORD = re.compile(r"[A-Z][A-Z_]{2,}")
"""A part of a key: words in capitals. What is between them is in angle brackets in the docs."""

NAMES = {"PK", "SK"}


def words(text: str) -> set[str]:
    return set(WORD.findall(text))


def texts_in_keys() -> Iterator[str]:
    """The literals of the modules, without their docstrings."""
    package = ROOT / "layers/parity/python/parity"
    for path in [package / "dynamodb/keys.py", *package.glob("*/store/keys.py")]:
        yield from texts_in_module(ast.parse(path.read_text(encoding="utf-8")))


def texts_in_module(module: ast.Module) -> Iterator[str]:
    documented = [node for node in ast.walk(module) if isinstance(node, ast.Module | ast.FunctionDef)]
    docstrings = {ast.get_docstring(node, clean=False) for node in documented}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


def texts_in_docs() -> Iterator[str]:
    """What the tables have in backticks, up to the table of requests."""
    page = (ROOT / "docs/access-patterns.md").read_text(encoding="utf-8")
    for line in page.partition("| To |")[0].splitlines():
        if line.startswith("|"):
            yield from re.findall(r"`([^`]*)`", line)


def test_the_page_shows_just_the_keys_that_there_are() -> None:
    made = set().union(*map(words, texts_in_keys())) - NAMES
    shown = set().union(*map(words, texts_in_docs())) - NAMES
    assert shown == made
    assert {"CUSTOMER", "ENTITLEMENTS", "USED", "DUE"} <= made
