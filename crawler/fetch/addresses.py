"""Which IP addresses may be asked: our own table, because the standard library's is too kind.

`ipaddress` calls 224.0.0.1, ::127.0.0.1, 64:ff9b::/96, 2002::/16 and fec0::1 global.
"""

from __future__ import annotations

from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


class AddressClass(Enum):
    """What kind of place an address is; politeness and refusal are decided by it."""

    PUBLIC = "public"
    LOOPBACK = "loopback"  # allowed on request, and then without a delay
    PRIVATE = "private"  # allowed on request, with the delay of a public address
    NEVER = "never"  # link-local (cloud metadata), multicast, reserved: no portal lives there


_V4 = [
    (ip_network(network), kind)
    for network, kind in (
        ("127.0.0.0/8", AddressClass.LOOPBACK),
        ("10.0.0.0/8", AddressClass.PRIVATE),
        ("172.16.0.0/12", AddressClass.PRIVATE),
        ("192.168.0.0/16", AddressClass.PRIVATE),
        ("100.64.0.0/10", AddressClass.PRIVATE),  # carrier-grade NAT
        ("0.0.0.0/8", AddressClass.NEVER),  # "this host": connects to loopback on Linux
        ("169.254.0.0/16", AddressClass.NEVER),
        ("192.0.0.0/24", AddressClass.NEVER),
        ("192.0.2.0/24", AddressClass.NEVER),
        ("192.88.99.0/24", AddressClass.NEVER),
        ("198.18.0.0/15", AddressClass.NEVER),
        ("198.51.100.0/24", AddressClass.NEVER),
        ("203.0.113.0/24", AddressClass.NEVER),
        ("224.0.0.0/3", AddressClass.NEVER),  # multicast, reserved, broadcast
    )
]
_V6 = [
    (ip_network(network), kind)
    for network, kind in (
        ("::1/128", AddressClass.LOOPBACK),
        ("fc00::/7", AddressClass.PRIVATE),
        ("2001::/23", AddressClass.NEVER),  # Teredo and other protocol assignments
        ("2001:db8::/32", AddressClass.NEVER),
        ("2002::/16", AddressClass.NEVER),  # 6to4 carries any IPv4 address inside
        ("3fff::/20", AddressClass.NEVER),
        ("2000::/3", AddressClass.PUBLIC),  # the only global unicast space; the rest is refused
    )
]
_MAPPED = ip_network("::ffff:0:0/96")
_NAT64 = ip_network("64:ff9b::/96")


def classify(address: str) -> AddressClass:
    """The class of a numeric address. An IPv4 address inside an IPv6 one counts as itself.

    Raises ValueError when `address` is not a numeric address.
    """
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        if parsed in _MAPPED or parsed in _NAT64:
            return classify(str(IPv4Address(int(parsed) & 0xFFFFFFFF)))
        return next((kind for network, kind in _V6 if parsed in network), AddressClass.NEVER)
    return next((kind for network, kind in _V4 if parsed in network), AddressClass.PUBLIC)


def refused(address: str, *, allow_private: bool) -> bool:
    """Whether a connection to this address must not be made."""
    kind = classify(address)
    if kind is AddressClass.PUBLIC:
        return False
    return kind is AddressClass.NEVER or not allow_private
