from __future__ import annotations

from pathlib import Path

import pytest

from local.stack import TemplateError, load_stack
from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_missing_template_is_explained_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"missing\.yaml: the file cannot be read: No such file"):
        load_stack(tmp_path / "missing.yaml")


def test_a_file_that_is_no_template_is_explained_in_one_sentence(template: EditableTemplate) -> None:
    template.path.write_text("hello")
    assert template.load_error() == "template.yaml: the template has no Resources."
