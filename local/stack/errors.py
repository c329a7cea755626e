"""The error of a template that cannot be run, and the place in the template that it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


class TemplateError(Exception):
    """A template that cannot be run; its text is one sentence for the person who edits it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is in a template: the file, the logical id of the resource, the path of the property."""

    file: str
    resource: str
    properties: tuple[str, ...] = ()

    def __truediv__(self, name: object) -> Self:
        return replace(self, properties=(*self.properties, str(name)))

    def error(self, problem: str) -> TemplateError:
        """The error to raise: a sentence that begins with the property and continues with `problem`."""
        subject = ".".join(self.properties) or "the resource"
        return TemplateError(f"{self.file}: {self.resource}: {subject} {problem}.")
