"""Which addresses may be sent to."""

from __future__ import annotations

import pytest

from parity.webhooks.rules.addresses import AddressRefusedError, check_addresses

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]
REFUSED = {
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd00:ec2::254"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local and metadata": ["169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%eth0"],
    "shared by a carrier": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],  # noqa: S104 - an address
    "broadcast and reserved": ["255.255.255.255", "240.0.0.1"],
    "documentation and benchmarks": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:93.184.216.34", "::ffff:0:93.184.216.34", "::127.0.0.1"],
    "translated": ["64:ff9b::7f00:1", "64:ff9b::5db8:d822", "64:ff9b:1::a00:1"],
    "tunnelled": ["2002:7f00:1::", "2002:5db8:d822::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "of a site": ["fec0::1"],
}


def test_public_addresses_are_allowed() -> None:
    check_addresses(PUBLIC, allows_loopback=False)


@pytest.mark.parametrize("address", [address for each in REFUSED.values() for address in each])
def test_every_other_kind_is_refused_alone_and_beside_a_public_one(address: str) -> None:
    for addresses in ([address], [*PUBLIC, address], [address, *PUBLIC]):
        with pytest.raises(AddressRefusedError):
            check_addresses(addresses, allows_loopback=False)


def test_the_local_cloud_may_reach_this_machine_and_no_other_private_address() -> None:
    check_addresses(["127.0.0.1", "::1"], allows_loopback=True)
    for kind, addresses in REFUSED.items():
        for address in addresses if kind != "loopback" else ():
            with pytest.raises(AddressRefusedError):
                check_addresses([address], allows_loopback=True)
