"""CloudFormation's intrinsic functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from local.stack import names
from local.stack.errors import Place
from local.stack.transform import Document, Value

_NO_VALUE = object()
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class Resolver:
    """Resolves the intrinsic functions in a value; raises TemplateError with the place in the template."""

    def __init__(self, document: Document, variables: Mapping[str, Value], file: str) -> None:
        self._resources: Mapping[str, Document] = document["Resources"]
        self._conditions: Mapping[str, Value] = document.get("Conditions") or {}
        self._mappings: Mapping[str, Value] = document.get("Mappings") or {}
        self._variables = {**variables, "AWS::NoValue": _NO_VALUE}
        self._file = file
        self._functions: Mapping[str, Callable[[Value, Place], Value]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": self._if,
            "Fn::Equals": self._equals,
            "Fn::Not": lambda value, at: not self.resolve(value[0], at),
            "Fn::And": lambda value, at: all(self.resolve(item, at) for item in value),
            "Fn::Or": lambda value, at: any(self.resolve(item, at) for item in value),
        }

    def resources(self, resource_type: str) -> dict[str, Document]:
        """By logical id, the resolved properties of every resource of a type whose condition is true."""
        return {
            logical_id: self.resolve(resource.get("Properties") or {}, self.place(logical_id))
            for logical_id, resource in self._resources.items()
            if resource.get("Type") == resource_type and self._is_in_stack(logical_id)
        }

    def place(self, logical_id: str) -> Place:
        return Place(self._file, logical_id)

    def name(self, logical_id: str) -> str:
        """The physical name of a resource."""
        resource = self._resources[logical_id]
        key = names.name_property(resource["Type"]) or ""
        if given := (resource.get("Properties") or {}).get(key):
            return str(self.resolve(given, self.place(logical_id) / key))
        return names.default_name(resource["Type"], logical_id, self._variables["AWS::StackName"])

    def resolve(self, value: Value, at: Place) -> Value:
        """A copy of `value` without intrinsic functions."""
        if isinstance(value, dict):
            return self._resolve_mapping(value, at)
        if isinstance(value, list):
            items = (self.resolve(item, at / index) for index, item in enumerate(value))
            return [item for item in items if item is not _NO_VALUE]
        return value

    def _resolve_mapping(self, value: Mapping[str, Value], at: Place) -> Value:
        if len(value) == 1:
            ((key, argument),) = value.items()
            if function := self._functions.get(key):
                return self._call(function, argument, key, at)
            if key.startswith("Fn::"):
                raise at.error(f"uses {key}, which the local cloud does not know")
        items = {key: self.resolve(item, at / key) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not _NO_VALUE}

    def _call(
        self, function: Callable[[Value, Place], Value], argument: Value, name: str, at: Place
    ) -> Value:
        try:
            return function(argument, at)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise at.error(f"has a malformed {name}") from error

    def _is_in_stack(self, logical_id: str) -> bool:
        condition = self._resources[logical_id].get("Condition")
        return condition is None or self._condition(condition, self.place(logical_id) / "Condition")

    def _require_type(self, logical_id: str, at: Place) -> str:
        """The type of a resource that `at` refers to."""
        if logical_id not in self._resources or not self._is_in_stack(logical_id):
            raise at.error(f"refers to {logical_id}, which is not in the template")
        return str(self._resources[logical_id]["Type"])

    def _ref(self, name: str, at: Place) -> Value:
        if name in self._variables:
            return self._variables[name]
        return names.reference(self._require_type(name, at), self.name(name))

    def _get_att(self, value: str | list[str], at: Place) -> str:
        logical_id, attribute = value.split(".", 1) if isinstance(value, str) else value
        return names.attribute(self._require_type(logical_id, at), self.name(logical_id), attribute)

    def _sub(self, value: str | list[Value], at: Place) -> str:
        text, extra = (value, {}) if isinstance(value, str) else (value[0], self.resolve(value[1], at))

        def replacement(match: re.Match[str]) -> str:
            name = match[1]
            if name in extra:
                return str(extra[name])
            return str(self._get_att(name, at) if "." in name else self._ref(name, at))

        return _VARIABLE.sub(replacement, text).replace("${!", "${")

    def _join(self, value: list[Value], at: Place) -> str:
        separator, items = value
        return str(separator).join(str(item) for item in self.resolve(items, at))

    def _select(self, value: list[Value], at: Place) -> Value:
        index, items = self.resolve(value, at)
        return items[int(index)]

    def _split(self, value: list[Value], at: Place) -> list[str]:
        separator, text = self.resolve(value, at)
        return str(text).split(separator)

    def _find_in_map(self, value: list[Value], at: Place) -> Value:
        name, first, second = self.resolve(value, at)
        return self._mappings[name][first][second]

    def _if(self, value: list[Value], at: Place) -> Value:
        condition, when_true, when_false = value
        return self.resolve(when_true if self._condition(condition, at) else when_false, at)

    def _equals(self, value: list[Value], at: Place) -> bool:
        left, right = self.resolve(value, at)
        return str(left) == str(right)

    def _condition(self, name: str, at: Place) -> bool:
        if name not in self._conditions:
            raise at.error(f"refers to the condition {name}, which is not in the template")
        return bool(self.resolve(self._conditions[name], Place(self._file, f"Conditions.{name}")))
