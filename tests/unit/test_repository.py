"""What code and documents refer to is in the repository, and each function's folder holds what it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

FOLDERS = ("docs", "functions", "layers/parity/python/parity", "local", "tests", "tools")
FILES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile", "pyproject.toml", "template.yaml")
DOCUMENT = re.compile(r"[\w./-]*\w\.md\b")
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+\.png)\)")
SECTION = re.compile(r'(docs/[\w/-]+\.md), ((?:(?:, | and )?"[^"]+")+)')
TRAP = re.compile(r"docs/contract\.md T(\d+)")
DECISION = re.compile(r"docs/decisions/(\d{4})")


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of the project, with line breaks and comment signs made spaces."""
    paths = [
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".md"}
    ]
    for path in [*paths, *(ROOT / name for name in FILES)]:
        if path != Path(__file__):
            yield path, re.sub(r"\s+(?:# )?", " ", path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def known_texts() -> list[tuple[Path, str]]:
    return list(texts())


def headings(document: Path) -> set[str]:
    lines = document.read_text(encoding="utf-8").splitlines()
    return {line.lstrip("#").strip() for line in lines if line.startswith("#")}


def test_every_document_that_is_named_is_there(known_texts: list[tuple[Path, str]]) -> None:
    missing = {
        (str(path.relative_to(ROOT)), name)
        for path, text in known_texts
        for name in DOCUMENT.findall(text)
        if not any((folder / name).is_file() for folder in (path.parent, ROOT, ROOT / "docs"))
    }
    assert missing == set()


def test_every_picture_that_is_shown_is_there(known_texts: list[tuple[Path, str]]) -> None:
    shown = [(path, picture) for path, text in known_texts for picture in PICTURE.findall(text)]
    assert shown
    assert [picture for path, picture in shown if not (path.parent / picture).is_file()] == []


def test_every_section_that_is_named_is_in_its_document(known_texts: list[tuple[Path, str]]) -> None:
    missing = {
        (str(path.relative_to(ROOT)), document, title)
        for path, text in known_texts
        for document, titles in SECTION.findall(text)
        for title in re.findall(r'"([^"]+)"', titles)
        if title not in headings(ROOT / document)
    }
    assert missing == set()


def test_every_decision_and_every_trap_that_is_named_is_there(known_texts: list[tuple[Path, str]]) -> None:
    decisions = {path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")}
    contract = (ROOT / "docs/contract.md").read_text(encoding="utf-8")
    traps = set(re.findall(r"^\| T(\d+) \|", contract, re.MULTILINE))
    named = [text for _, text in known_texts]
    assert {number for text in named for number in DECISION.findall(text)} <= decisions
    assert {number for text in named for number in TRAP.findall(text)} <= traps


def test_a_function_is_its_handler_and_where_that_has_no_resolver_its_description() -> None:
    for handler in ROOT.glob("functions/*/*/app.py"):
        has_description = "lean_handler(" in handler.read_text(encoding="utf-8")
        expected = {"app.py", "openapi.py"} if has_description else {"app.py"}
        assert {path.name for path in handler.parent.glob("*") if path.is_file()} == expected, handler
