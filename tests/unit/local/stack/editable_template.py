"""A template of a test's own, to load as it is or with an edit."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.model import Stack
from local.stack import TemplateError, load_stack

_TEMPLATE = Path(__file__).with_name("template.yaml")
_FUNCTIONS = ("authorize", "items_get", "project", "sweep")


@dataclass(frozen=True)
class EditableTemplate:
    path: Path

    @classmethod
    def create(cls, folder: Path) -> EditableTemplate:
        """A copy of `template.yaml`, and the folders that it names."""
        for name in _FUNCTIONS:
            (folder / "functions" / name).mkdir(parents=True)
            (folder / "functions" / name / "app.py").touch()
        for name in ("layers/own/python", "layers/dependencies", "built/python"):
            (folder / name).mkdir(parents=True)
        return cls(Path(shutil.copy(_TEMPLATE, folder / "template.yaml")))

    def load(self, **parameters: str) -> Stack:
        """The stack `test`."""
        layers = {"DependenciesLayer": self.path.parent / "built"}
        return load_stack(self.path, {"AWS::StackName": "test", **parameters}, layers)

    def load_error(self) -> str:
        """The sentence with which loading fails."""
        with pytest.raises(TemplateError) as raised:
            self.load()
        sentence = str(raised.value)
        assert "\n" not in sentence
        return sentence

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new))
