"""A SAM template after the SAM transform."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
import yaml
from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local.model import REGION
from local.stack.errors import Place, TemplateError

Value = Any
"""A value in a template: text, a number, a boolean, a list or a mapping."""

Document = dict[str, Value]

_FOLDER_PROPERTIES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@dataclass(frozen=True, slots=True)
class Transformed:
    """A template after the SAM transform, and the local folders that it named before."""

    file: str
    document: Document
    folders: Mapping[str, Path]

    @property
    def resources(self) -> Mapping[str, Document]:
        return cast("Mapping[str, Document]", self.document["Resources"])


def read_transformed(template: Path, parameters: Mapping[str, str]) -> Transformed:
    """Read a template and run the SAM transform on it; raises TemplateError."""
    document = _read(template)
    folders = _replace_folders(document, template)
    return Transformed(template.name, _run_transform(document, parameters, template.name), folders)


def _read(template: Path) -> Document:
    try:
        document = yaml_parse(template.read_text(encoding="utf-8"))
    except OSError as error:
        raise TemplateError(f"{template}: the file cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"{template.name}: not valid YAML: {_describe_yaml_error(error)}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateError(f"{template.name}: the template has no Resources.")
    return document


def _describe_yaml_error(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "unreadable"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else problem


def _replace_folders(document: Document, template: Path) -> dict[str, Path]:
    """Replace each local folder by the S3 URI that the transform needs; the folders by logical id."""
    folders = {}
    shared = _function_globals(document)
    for logical_id, resource in document["Resources"].items():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if name := _FOLDER_PROPERTIES.get(kind or ""):
            properties = resource.setdefault("Properties", {})
            place = Place(template.name, logical_id) / name
            folders[logical_id] = template.parent / _require_folder(
                properties.get(name, shared.get(name)), place
            )
            properties[name] = f"s3://local/{logical_id}"
    return folders


def _function_globals(document: Document) -> Document:
    return cast("Document", (document.get("Globals") or {}).get("Function") or {})


def _require_folder(value: object, place: Place) -> str:
    if not isinstance(value, str) or not value:
        raise place.error("must name a local folder")
    return value


def _run_transform(document: Document, parameters: Mapping[str, str], file: str) -> Document:
    # It logs warnings about feature toggles that exist only in AWS's own deployment.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=REGION))
    try:
        return cast("Document", translator.translate(document, dict(parameters)))
    except InvalidDocumentException as error:
        raise TemplateError(f"{file}: {_describe_causes(error.causes)}") from error
    except Exception as error:  # The transform does not check the template's shape and fails in many ways.
        raise TemplateError(f"{file}: the SAM transform failed: {type(error).__name__}: {error}.") from error


def _describe_causes(causes: list[ExceptionWithMessage]) -> str:
    first = str(causes[0].message).rstrip(".")
    return first + (f", and {len(causes) - 1} more errors." if len(causes) > 1 else ".")
