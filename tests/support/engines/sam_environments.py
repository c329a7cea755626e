"""Prints the environment that `sam local invoke` gives to each function, by the folder of its code.

SAM's own Python runs it: `python sam_environments.py TEMPLATE RUNTIME ENV_VARS`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


def main() -> None:
    template, runtime, env_vars = sys.argv[1:]
    stacks, _ = SamLocalStackProvider.get_stacks(template, parameter_overrides={"Runtime": runtime})
    provider = SamFunctionProvider(stacks, use_raw_codeuri=True)
    given = json.loads(Path(env_vars).read_text(encoding="utf-8"))
    runner = LocalLambdaRunner(None, provider, str(Path(template).parent), "", env_vars_values=given)
    functions = list(provider.get_all())
    environments = {each.codeuri: runner.get_invoke_config(each).env_vars.resolve() for each in functions}
    print(json.dumps(environments))  # noqa: T201 - what it prints is its answer


if __name__ == "__main__":
    main()
