from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.local.stack.editable_template import EditableTemplate


@pytest.fixture
def template(tmp_path: Path) -> EditableTemplate:
    return EditableTemplate.create(tmp_path)
