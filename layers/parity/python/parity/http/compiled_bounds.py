"""The checks of bounds that core schemas name by functions of pydantic's, as pydantic has them.

Pydantic uses these for what need not be a number yet when its bound is declared: the digits of a query.
"""

from __future__ import annotations

from pydantic_core import PydanticKnownError


def greater_than_or_equal_validator(number: int, ge: int) -> int:
    """The number. Raises PydanticKnownError if it is less than `ge`."""
    if not number >= ge:
        raise PydanticKnownError("greater_than_equal", {"ge": ge})
    return number


def less_than_or_equal_validator(number: int, le: int) -> int:
    """The number. Raises PydanticKnownError if it is more than `le`."""
    if not number <= le:
        raise PydanticKnownError("less_than_equal", {"le": le})
    return number
