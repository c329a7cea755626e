"""Gives every schema, property, parameter and body of docs/openapi.json a description and an example.

A description or an example in a model's own code comes first. The others are in `openapi_words.toml`, by the
words of the API: the same word means the same everywhere, and what a word means costs no function's start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".toml")
PREFIX = "#/components/schemas/"

Schema = dict[str, Any]


class Words:
    """The table, with the lines that were used: one that nothing uses is a mistake."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
        self._used: set[tuple[str, str]] = set()

    def find(self, table: str, *keys: str) -> Any:  # noqa: ANN401
        """The value of the first key that the table has, None if it has none of them."""
        for key in keys:
            if key in self._tables[table]:
                self._used.add((table, key))
                return self._tables[table][key]
        return None

    def tags(self) -> list[dict[str, str]]:
        return [{"name": name, "description": text} for name, text in self._tables.pop("tags").items()]

    def list_unused(self) -> list[str]:
        return [
            f"[{table}] {key}"
            for table, lines in self._tables.items()
            for key in lines
            if (table, key) not in self._used
        ]


class Writer:
    """Fills one document. Raises ValueError for a line of the table that nothing uses."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._schemas: dict[str, Schema] = document["components"]["schemas"]
        self._words = Words()

    def fill(self) -> None:
        self._document["tags"] = self._words.tags()
        for name, schema in self._schemas.items():
            if text := schema.get("description") or self._words.find("schemas", name):
                schema["description"] = text
            for word, part in schema.get("properties", {}).items():
                self._fill_property(name, word, part)
        for operation in self._operations():
            self._fill_operation(operation)
        if unused := self._words.list_unused():
            raise ValueError(f"{FILE.name} has lines that nothing uses: {', '.join(unused)}")

    def _operations(self) -> Iterator[dict[str, Any]]:
        for methods in self._document["paths"].values():
            yield from methods.values()

    def _fill_property(self, schema: str, word: str, part: Schema) -> None:
        specific = f"{schema}.{word}"
        own = part.get("description") or _lift_description(part)
        if (
            text := self._words.find("descriptions", specific)
            or own
            or self._words.find("descriptions", word)
        ):
            part["description"] = text
        if "examples" not in part:
            part["examples"] = [self._example(schema, word, part)]

    def _fill_operation(self, operation: dict[str, Any]) -> None:
        for parameter in operation.get("parameters", []):
            word = parameter["name"]
            example = self._words.find("examples", f"{operation['operationId']}.{word}", word)
            parameter["schema"].setdefault("examples", [example])  # a page fills a form with `example` itself
        responses = [operation["responses"].get(status, {}) for status in ("200", "201", "202")]
        for content in [operation.get("requestBody", {}), *responses]:
            media = content.get("content", {}).get("application/json")
            if media and "example" not in media:
                media["example"] = self._compose(media["schema"])

    def _compose(self, schema: Schema) -> Any:  # noqa: ANN401
        """An example made of those of its parts. Raises LookupError if it has none."""
        if "$ref" in schema:
            return self._compose_object(schema["$ref"].removeprefix(PREFIX))
        if "anyOf" in schema:
            return self._compose(next(each for each in schema["anyOf"] if each != {"type": "null"}))
        if schema.get("type") == "array":
            return [self._compose(schema["items"])]
        if schema.get("type") == "object":
            return {}
        raise LookupError

    def _compose_object(self, name: str) -> Any:  # noqa: ANN401
        if body := self._words.find("bodies", name):
            return body
        nulls = self._words.find("null", name) or ()
        return {
            word: None if word in nulls else self._example(name, word, part)
            for word, part in self._schemas[name]["properties"].items()
        }

    def _example(self, schema: str, word: str, part: Schema) -> Any:  # noqa: ANN401
        if "examples" in part:
            return part["examples"][0]
        if part.get("type") == "null":
            return None
        example = self._words.find("examples", f"{schema}.{word}", word)
        return self._compose_part(f"{schema}.{word}", part) if example is None else example

    def _compose_part(self, name: str, part: Schema) -> Any:  # noqa: ANN401
        try:
            return self._compose(part)
        except LookupError as error:
            raise ValueError(f"{FILE.name} has no example of {name}") from error


def _lift_description(part: Schema) -> str | None:
    """Moves the description of the only kind of value to the property, which may also be null."""
    found = [each for each in part.get("anyOf", []) if "description" in each]
    return found[0].pop("description") if len(found) == 1 else None
