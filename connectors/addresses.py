"""Pure: may this address be called? (interface)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Only global unicast addresses, and the private `host` or `host:port` that the operator allows by name."""

    allow_hosts: frozenset[str] = frozenset()

    def allows(self, host: str, port: int, address: str) -> bool:
        """True if `address`, which `host` resolved to, may be dialled."""
        ...
