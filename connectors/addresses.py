"""Pure: may this address be called? The one answer for the HTTP session and for the spider's resolver.

Judged is the address about to be dialled, never the name alone: a public name may resolve to a private address,
and `http://2130706433/` is 127.0.0.1. Ranges follow IANA's special-purpose registries (RFC 6890), read strictly:
whatever is not plainly global unicast is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Self

_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata is 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server: a public number that answers inside only
        "169.254.0.0/16",  # link-local; most clouds' metadata is 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata is 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relay anycast, deprecated
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All global unicast that IANA has handed out. Outside lie loopback, unspecified, IPv4-compatible `::/96`,
discard `100::/64`, unique local `fc00::/7` (AWS's metadata is fd00:ec2::254), link-local `fe80::/10`,
site-local `fec0::/10`, multicast `ff00::/8`, segment routing `5f00::/16`, local NAT64 `64:ff9b:1::/48`."""
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments: Teredo 2001::/32, benchmarking 2001:2::/48, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise, no longer routed
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?\Z")
_ENTRY = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[^:]*))?\Z")


def is_global_unicast(address: str) -> bool:
    """True if `address` (dotted or colon form) is an ordinary public internet address.

    IPv4-mapped and NAT64 addresses are judged by the IPv4 address that they carry, since that is where the packets
    go; other IPv4-in-IPv6 forms and zone ids are refused. Never raises."""
    if "%" in address:
        return False
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if isinstance(number, IPv6Address):
        if number not in _MAPPED and number not in _NAT64:
            return number in _GLOBAL_V6 and not any(number in network for network in _REFUSED_V6)
        number = IPv4Address(int(number) & 0xFFFFFFFF)
    return not any(number in network for network in _REFUSED_V4)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Only global unicast addresses, and the private `host` or `host:port` that the operator allows by name.

    Entries are lower case, as `from_setting` makes them; an IPv6 literal with a port stands in brackets."""

    allow_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_setting(cls, text: str) -> Self:
        """Read EMPLETTES_ALLOW_HOSTS: `host` (any port) or `host:port`, comma-separated; empty allows nothing more.

        Raises ValueError, naming the entry, for anything else (a URL, a wildcard, a network, a bad port)."""
        entries = (entry.strip() for entry in text.split(","))
        return cls(frozenset(_entry(entry) for entry in entries if entry))

    def allows(self, host: str, port: int, address: str) -> bool:
        """True if `address`, which `host` resolved to, may be dialled."""
        return is_global_unicast(address) or self.names(host, port)

    def names(self, host: str, port: int) -> bool:
        """True if the operator allowed this host by name, wherever it resolves to."""
        if not self.allow_hosts:
            return False
        host = host.lower().strip("[]").rstrip(".")
        shown = f"[{host}]" if ":" in host else host
        return host in self.allow_hosts or f"{shown}:{port}" in self.allow_hosts


def _entry(text: str) -> str:
    """One allowed entry in its canonical form, or ValueError."""
    lowered = text.lower()
    try:
        return str(IPv6Address(lowered))
    except ValueError:
        pass
    match = _ENTRY.match(lowered)
    if match is None:
        raise ValueError(f"{text!r} is not a host or host:port")
    host, port = match["host"], match["port"]
    if match["v6"] is not None:
        try:
            host = str(IPv6Address(match["v6"]))
        except ValueError:
            raise ValueError(f"{text!r} holds no IPv6 address between its brackets") from None
    else:
        host = _host_name(text, host)
    if port is None:
        return host
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise ValueError(f"{text!r} has no port between 1 and 65535 after its colon")
    return f"[{host}]:{int(port)}" if ":" in host else f"{host}:{int(port)}"


def _host_name(text: str, host: str) -> str:
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError(f"{text!r} is not a host or host:port") from None
    if not _NAME.match(host):
        raise ValueError(f"{text!r} is not a host or host:port")
    return host.rstrip(".")
