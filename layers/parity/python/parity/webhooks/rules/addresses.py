"""Which addresses may be sent to: public ones, so that nobody reaches a private network through Parity."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The IPv6 addresses of the internet. Mapped and translated ones (NAT64) are outside."""

TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
"""Teredo and 6to4: IPv6 addresses that lead to the IPv4 address in them."""


class AddressRefusedError(Exception):
    """One of the addresses may not be sent to."""


def check_addresses(addresses: Iterable[str], *, allows_loopback: bool) -> None:
    """Raises AddressRefusedError if one of them is not public: a name must not lead here at times.

    With `allows_loopback`, addresses of this machine are allowed, too.
    """
    for text in addresses:
        address = ip_address(text.partition("%")[0])
        if not (_is_public(address) or (allows_loopback and address.is_loopback)):
            raise AddressRefusedError


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Python's `is_global` leaves out private, loopback, link-local, shared and documentation addresses."""
    if isinstance(address, IPv6Address):
        is_native = address in GLOBAL_UNICAST and not any(address in tunnel for tunnel in TUNNELS)
        return is_native and address.is_global
    return address.is_global and not (address.is_multicast or address.is_reserved)
