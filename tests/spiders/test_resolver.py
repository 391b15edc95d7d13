"""Addresses that the policy refuses are never handed to whoever dials, whatever the name server says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

from connectors.addresses import AddressPolicy
from spiders.resolver import PolicyResolver, Receiver

PUBLIC = "93.184.215.14"


@dataclass
class NameServer:
    """A resolver whose answers change from one question to the next, as in DNS rebinding."""

    answers: list[list[str]]

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> object:
        resolutionReceiver.resolutionBegan(self)
        for number in self.answers.pop(0):
            kind = IPv6Address if ":" in number else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", number, portNumber))
        resolutionReceiver.resolutionComplete()
        return self


@dataclass
class Dialler:
    """What Twisted's endpoint would dial."""

    addresses: list[str] = field(default_factory=list)
    begun: int = 0
    complete: int = 0

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        self.begun += 1

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete += 1


def dialled(resolver: PolicyResolver, host: str, port: int = 443) -> list[str]:
    dialler = Dialler()
    resolver.resolveHostName(dialler, host, port)
    assert (dialler.begun, dialler.complete) == (1, 1)
    return dialler.addresses


@pytest.mark.parametrize(
    "private",
    ["127.0.0.1", "10.0.0.5", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00:ec2::254", "::ffff:10.0.0.1"],
)
def test_private_addresses_are_kept_back(private: str) -> None:
    resolver = PolicyResolver(NameServer([[PUBLIC, private]]))
    with resolver.admitting(AddressPolicy()):
        assert dialled(resolver, "shop.example") == [PUBLIC]
    assert resolver.refused("SHOP.example", 443) == (private,)


def test_a_name_that_turns_private_between_two_questions_is_not_dialled() -> None:
    resolver = PolicyResolver(NameServer([[PUBLIC], ["127.0.0.1"], [PUBLIC]]))
    with resolver.admitting(AddressPolicy()):
        assert dialled(resolver, "shop.example") == [PUBLIC]
        assert dialled(resolver, "shop.example") == []
        assert resolver.refused("shop.example", 443) == ("127.0.0.1",)
        assert dialled(resolver, "shop.example") == [PUBLIC]
        assert resolver.refused("shop.example", 443) == ()


def test_literals_are_judged_as_names_are() -> None:
    resolver = PolicyResolver(NameServer([["127.0.0.1"], ["::1"]]))
    with resolver.admitting(AddressPolicy()):
        assert dialled(resolver, "127.0.0.1") == []
        assert dialled(resolver, "[::1]") == []


def test_the_operator_s_hosts_are_allowed_by_name_and_port_while_their_job_runs() -> None:
    resolver = PolicyResolver(NameServer([["127.0.0.1"]] * 4))
    with resolver.admitting(AddressPolicy.from_setting("shop.test:8001")):
        with resolver.admitting(AddressPolicy()):
            assert dialled(resolver, "shop.test", 8001) == ["127.0.0.1"]
            assert dialled(resolver, "shop.test", 8002) == []
        assert dialled(resolver, "shop.test", 8001) == ["127.0.0.1"]
    assert dialled(resolver, "shop.test", 8001) == []


def test_without_a_job_nothing_is_dialled() -> None:
    assert dialled(PolicyResolver(NameServer([[PUBLIC]])), "shop.example") == []
