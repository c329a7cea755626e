"""What the template says of functions and gateways, with the default of each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.stack.intrinsics import Resolver
from local.stack.parameters import read_parameters
from local.stack.transform import read_transformed
from tools.costing.assumptions import WHOLE_PROCESSOR_MB
from tools.measuring.units import ROOT

GIVEN = {"Runtime": "python3.13", "Release": "0f1e2d3c4b"}
MB_OF_A_GB = 1024


@dataclass(frozen=True, slots=True)
class Function:
    """`variables` is its environment. `logs_calls`: whether Lambda logs calls that succeed."""

    memory_mb: int
    is_traced: bool
    logs_calls: bool
    variables: Mapping[str, str]

    @property
    def processors(self) -> float:
        return self.memory_mb / WHOLE_PROCESSOR_MB

    @property
    def memory_gb(self) -> float:
        return self.memory_mb / MB_OF_A_GB


@dataclass(frozen=True)
class Stack:
    """`functions` by operation, such as `customers/create`."""

    functions: Mapping[str, Function]
    traces_core: bool
    logs_access: Mapping[str, bool]


@cache
def read_stack() -> Stack:
    template = read_transformed(ROOT / "template.yaml", GIVEN)
    parameters = read_parameters(template.document, GIVEN, template.file)
    resolver = Resolver(template.document, parameters, template.file)
    (core,) = resolver.resources("AWS::ApiGateway::Stage").values()
    (edge,) = resolver.resources("AWS::ApiGatewayV2::Stage").values()
    functions = {
        str(template.folders[name].relative_to(ROOT / "functions")): _read_function(properties)
        for name, properties in resolver.resources("AWS::Lambda::Function").items()
    }
    access = {"core": "AccessLogSetting" in core, "edge": "AccessLogSettings" in edge}
    return Stack(functions, core["TracingEnabled"], access)


def _read_function(properties: Mapping[str, Any]) -> Function:
    return Function(
        memory_mb=properties["MemorySize"],
        is_traced=properties["TracingConfig"]["Mode"] == "Active",
        logs_calls=properties["LoggingConfig"]["SystemLogLevel"] == "INFO",
        variables={name: str(value) for name, value in properties["Environment"]["Variables"].items()},
    )
