"""Which addresses may be asked: our own table against every known way to write a private one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.addresses import AddressClass, classify, refused

PUBLIC = [
    "113.160.0.1",
    "8.8.8.8",
    "2402:800::1",
    "2001:ee0::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
LOOPBACK = ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
PRIVATE = ["10.0.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.1.2.3"]
NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "64:ff9b:1::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_never_refused(address: str) -> None:
    assert classify(address) is AddressClass.PUBLIC
    assert not refused(address, allow_private=False)


@pytest.mark.parametrize("address", [*LOOPBACK, *PRIVATE])
def test_loopback_and_private_addresses_are_refused_unless_asked_for(address: str) -> None:
    kind = AddressClass.LOOPBACK if address in LOOPBACK else AddressClass.PRIVATE
    assert classify(address) is kind
    assert refused(address, allow_private=False)
    assert not refused(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_addresses_where_no_portal_lives_are_always_refused(address: str) -> None:
    assert classify(address) is AddressClass.NEVER
    assert refused(address, allow_private=True)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_counts_as_itself(address: IPv4Address) -> None:
    for prefix in ("::ffff:", "64:ff9b::"):
        assert classify(f"{prefix}{address}") is classify(str(address))


@given(st.ip_addresses(v=6))
def test_only_global_unicast_is_ever_public(address: IPv6Address) -> None:
    if classify(str(address)) is AddressClass.PUBLIC:
        carries_ipv4 = address.ipv4_mapped or str(address).startswith("64:ff9b::")
        assert carries_ipv4 or int(address) >> 125 == 1
