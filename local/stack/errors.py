"""The one error of the loader, and the place in a template that it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


class TemplateError(Exception):
    """A template that cannot be run; its text is one sentence for the person who edits the template."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a template a value stands: the file, the resource's logical id, the path of the property."""

    file: str
    resource: str
    properties: tuple[str, ...] = ()

    def __truediv__(self, name: object) -> Self:
        return replace(self, properties=(*self.properties, str(name)))

    def error(self, problem: str) -> TemplateError:
        """The error to raise for `problem`, which reads on from the property's name."""
        subject = ".".join(self.properties) or "the resource"
        return TemplateError(f"{self.file}: {self.resource}: {subject} {problem}.")
