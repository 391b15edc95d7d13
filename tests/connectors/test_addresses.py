"""Which addresses may be called. The lists come from IANA's special-purpose registries and the clouds' manuals."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.addresses import AddressPolicy, is_global_unicast

REFUSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.1.2.3",
    "168.63.129.16", "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "2a00:1450:4007::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
ALLOWED = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "51.68.11.2", "100.63.255.255", "100.128.0.0", "172.15.255.255",
    "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:41d0:1::1", "2001:200::1", "2606:4700::1111", "2a00:1450:4007:80f::2003", "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]  # fmt: skip
NO_ADDRESSES = [
    "",
    " ",
    "localhost",
    "8.8.8",
    "8.8.8.8.8",
    "0x7f.1",
    "2130706433",
    "010.8.8.8",
    "[::1]",
    "8.8.8.8:80",
    "é",
]
NAT64 = IPv6Network("64:ff9b::/96")


@pytest.mark.parametrize("address", REFUSED + NO_ADDRESSES)
def test_refuses_whatever_is_not_plainly_public(address: str) -> None:
    assert not is_global_unicast(address)
    assert not AddressPolicy().allows("boutique.example", 443, address)


@pytest.mark.parametrize("address", ALLOWED)
def test_allows_public_addresses(address: str) -> None:
    assert is_global_unicast(address)
    assert AddressPolicy().allows("boutique.example", 443, address)


@given(st.ip_addresses(v=4))
def test_never_laxer_than_the_standard_library(address: IPv4Address) -> None:
    if is_global_unicast(str(address)):
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=6))
def test_never_laxer_than_the_standard_library_in_ipv6(address: IPv6Address) -> None:
    if is_global_unicast(str(address)) and address not in NAT64 and address.ipv4_mapped is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_an_ipv4_address_inside_ipv6_is_judged_as_itself(address: IPv4Address, form: str) -> None:
    assert is_global_unicast(form.format(address)) == is_global_unicast(str(address))


@given(st.text(max_size=50))
def test_never_raises(text: str) -> None:
    assert is_global_unicast(text) in (True, False)
    assert AddressPolicy.from_setting("localhost").allows(text, 80, text) in (True, False)


def test_an_allowed_host_may_be_anywhere_on_any_port() -> None:
    policy = AddressPolicy.from_setting("atelier.local")
    assert policy.allows("atelier.local", 80, "10.0.0.5")
    assert policy.allows("ATELIER.local.", 8080, "127.0.0.1")
    assert not policy.allows("autre.local", 80, "10.0.0.5")
    assert not policy.allows("sous.atelier.local", 80, "10.0.0.5")


def test_an_allowed_host_and_port_is_that_port_only() -> None:
    policy = AddressPolicy.from_setting("127.0.0.1:8080, [::1]:81")
    assert policy.allows("127.0.0.1", 8080, "127.0.0.1")
    assert not policy.allows("127.0.0.1", 8081, "127.0.0.1")
    assert policy.allows("::1", 81, "::1")
    assert not policy.allows("::1", 82, "::1")
    assert not policy.allows("localhost", 8080, "127.0.0.1"), "the name is what was allowed, not the address"
    assert not policy.allows("2130706433", 8080, "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", set()),
        (" , ", set()),
        ("a,b:8080,[::1]:81", {"a", "b:8080", "[::1]:81"}),
        ("Atelier.LOCAL", {"atelier.local"}),
        ("a.local.:80", {"a.local:80"}),
        ("::1,[::2]", {"::1", "::2"}),
        ("[0:0:0:0:0:0:0:1]:81", {"[::1]:81"}),
        ("élan.fr:80", {"xn--lan-9la.fr:80"}),
        ("127.0.0.1:00080", {"127.0.0.1:80"}),
    ],
)
def test_reads_the_setting(text: str, entries: set[str]) -> None:
    assert AddressPolicy.from_setting(text).allow_hosts == entries


@pytest.mark.parametrize(
    "entry",
    ["http://a", "https://a/", "a/b", "*", "*.local", "10.0.0.0/8", "a:0", "a:65536", "a:x", "a:", ":80", "[::1",
     "::1]", "[x]:1", "[]:1", "a b", "u@h", "a..b", "-", "a" * 64, "a:80:90", "a:8²"],
)  # fmt: skip
def test_refuses_nonsense_and_names_it(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is not a host|has no port|no IPv6 address") as caught:
        AddressPolicy.from_setting(f"ok.local,{entry}")
    assert repr(entry) in str(caught.value)
