"""The identifier that a customer would get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.identifiers import derive_identifier, with_random_suffix
from parity.customers.rules.errors import CustomerNotFoundError

if TYPE_CHECKING:
    from parity.customers.store.customers import CustomerStore


def preview_identifier(store: CustomerStore, name: str) -> str:
    """The identifier that `create_customer` would give to the name now."""
    derived = derive_identifier(name)
    try:
        store.get(derived)
    except CustomerNotFoundError:
        return derived
    return with_random_suffix(derived)
