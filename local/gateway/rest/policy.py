"""The answer of a REST API's authorizer: an IAM policy and a context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local.gateway.authorizer_answers import misconfigured_authorizer
from local.gateway.errors import GatewayError

Json = Any
"""A parsed JSON value."""

_ACTION = "execute-api:Invoke"
_STATEMENT_KEYS = {"Sid", "Effect", "Action", "Resource"}


@dataclass(frozen=True, slots=True)
class _Statement:
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def covers(self, method_arn: str) -> bool:
        actions = (_matches(pattern.lower(), _ACTION.lower()) for pattern in self.actions)
        return any(actions) and any(_matches(pattern, method_arn) for pattern in self.resources)


@dataclass(frozen=True, slots=True)
class Policy:
    """The answer of an authorizer; `context` becomes `requestContext.authorizer`."""

    statements: tuple[_Statement, ...]
    context: Mapping[str, str]

    def check(self, method_arn: str) -> None:
        """Raises ACCESS_DENIED unless a statement allows the method and none denies it."""
        effects = {statement.allows for statement in self.statements if statement.covers(method_arn)}
        if False in effects:
            message = "User is not authorized to access this resource with an explicit deny"
            raise GatewayError("ACCESS_DENIED", message=message)
        if True not in effects:
            raise GatewayError("ACCESS_DENIED")


def parse_policy(answer: Json) -> Policy:
    """The policy in an authorizer's answer; raises AUTHORIZER_CONFIGURATION_ERROR when there is none.

    A policy with `NotAction`, `NotResource` or `Condition` is refused, too: these are not emulated, and a
    policy that ignores them would allow what AWS denies.
    """
    _require(isinstance(answer, dict), "the answer is not an object")
    principal = answer.get("principalId")
    _require(isinstance(principal, str) and bool(principal), "principalId is not a string")
    document = answer.get("policyDocument")
    _require(isinstance(document, dict), "policyDocument is not an object")
    statements = document.get("Statement")
    _require(isinstance(statements, list), "Statement is not a list")
    return Policy(
        statements=tuple(_parse_statement(statement) for statement in statements),
        context={**_parse_context(answer.get("context")), "principalId": principal},
    )


def _parse_statement(statement: Json) -> _Statement:
    _require(isinstance(statement, dict), "a statement is not an object")
    unknown = sorted(statement.keys() - _STATEMENT_KEYS)
    _require(not unknown, f"a statement has {', '.join(unknown)}")
    effect = statement.get("Effect")
    _require(effect in ("Allow", "Deny"), "Effect is neither Allow nor Deny")
    return _Statement(
        effect == "Allow", _parse_strings(statement, "Action"), _parse_strings(statement, "Resource")
    )


def _parse_strings(statement: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = statement.get(name)
    values = [value] if isinstance(value, str) else value
    _require(
        isinstance(values, list) and bool(values) and all(isinstance(item, str) for item in values),
        f"{name} is neither a string nor a list of strings",
    )
    return tuple(values or ())


def _parse_context(context: Json) -> dict[str, str]:
    """The context with its values as text, as events have them."""
    if context is None:
        return {}
    _require(isinstance(context, dict), "context is not an object")
    return {name: _to_text(name, value) for name, value in context.items()}


def _to_text(name: str, value: Json) -> str:
    _require(isinstance(value, str | int | float), f"context.{name} is not a string, a number or a boolean")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _require(valid: bool, reason: str) -> None:  # noqa: FBT001 - the condition itself, as in assert
    if not valid:
        raise misconfigured_authorizer(reason)


def _matches(pattern: str, text: str) -> bool:
    return _compile_pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    parts = (wild.get(character) or re.escape(character) for character in pattern)
    return re.compile("".join(parts), re.DOTALL)
