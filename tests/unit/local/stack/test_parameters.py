from __future__ import annotations

import pytest

from local.stack import TemplateError
from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_parameter_that_the_template_does_not_declare_is_refused(template: EditableTemplate) -> None:
    with pytest.raises(TemplateError, match="Orgin is given but not declared"):
        template.load(Orgin="x")
