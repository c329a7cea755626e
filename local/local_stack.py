"""The project's stack as it is run on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.compiled import FOLDER, is_compiled_from
from local.model import Stack, with_layer, with_variables
from local.sign_in import SignIn
from local.stack import load_stack


def load_local_stack(root: Path, parameters: Mapping[str, str], sign_in: SignIn | None) -> Stack:
    """Third-party layers run from where they are built, Parity's own layer from its sources.

    What is compiled is beside them, unless a source was changed since: then functions start slower, without.
    The page is served by the local cloud itself. Where people sign in, the authorizer has its layer, and
    knows the issuer in place of a user pool. Raises TemplateError.
    """
    built = root / ".build/layers"
    layers = {"DependenciesLayer": built / "dependencies", "SignInLayer": built / "sign_in"}
    local = {"Dashboard": "yes" if sign_in else "no", "AllowLoopbackWebhooks": "true"}
    stack = load_stack(root / "template.yaml", {**local, **parameters}, layer_folders=layers)
    if is_compiled_from(root, root / FOLDER):
        stack = with_layer(stack, root / FOLDER)
    return with_variables(stack, sign_in.variables) if sign_in else stack
