from __future__ import annotations

from tests.unit.local.stack.editable_template import EditableTemplate


def test_a_function_runs_from_the_folders_of_its_template(template: EditableTemplate) -> None:
    function = template.load().functions["test-items-get"]
    assert function.handler == "app.handler"
    assert function.code == template.path.parent / "functions/items_get"
    assert function.layers == (
        template.path.parent / "layers/own/python",
        template.path.parent / "built/python",
    )
    assert (function.memory_mb, function.timeout_seconds) == (512, 10)
    assert function.log_group == "/aws/lambda/test"


def test_a_function_has_lambdas_defaults_and_a_default_name(template: EditableTemplate) -> None:
    function = template.load().functions["test-Project"]
    assert (function.memory_mb, function.log_group) == (128, None)
