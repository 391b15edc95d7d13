"""The name resolver of the spider's process: an address that the policy refuses is never handed to whoever dials.

Twisted dials exactly the addresses that its resolver hands over, names and literals alike, so judging them here leaves
no moment between the judging and the dialling in which a name could turn to another address (DNS rebinding).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from connectors.addresses import AddressPolicy


class Receiver(Protocol):
    """Twisted's IResolutionReceiver."""

    def resolutionBegan(self, resolutionInProgress: Any) -> None: ...  # noqa: N802, N803
    def addressResolved(self, address: Any) -> None: ...  # noqa: N802
    def resolutionComplete(self) -> None: ...  # noqa: N802


class Resolver(Protocol):
    """Twisted's IHostnameResolver."""

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any: ...


@implementer(IHostnameResolver)
class PolicyResolver:
    """Resolves as the reactor's own resolver does, without the addresses that no running job's policy allows.

    A job asks only for hosts of its own site, so a private host that another job's operator named stays out of its
    reach."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._policies: Counter[AddressPolicy] = Counter()
        self._refused: dict[tuple[str, int], tuple[str, ...]] = {}

    @contextmanager
    def admitting(self, policy: AddressPolicy) -> Iterator[None]:
        """Apply this policy too, while the block lasts."""
        self._policies[policy] += 1
        try:
            yield
        finally:
            self._policies[policy] -= 1
            self._policies += Counter()  # drops those at zero

    def refused(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses that were kept back when this host was last resolved; empty where none was."""
        return self._refused.get((host.lower(), port), ())

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        judge = _Judge(self, resolutionReceiver, hostName.strip("[]"), portNumber)
        return self._resolver.resolveHostName(judge, hostName, portNumber, addressTypes, transportSemantics)

    def allows(self, host: str, port: int, address: str) -> bool:
        return any(policy.allows(host, port, address) for policy in self._policies)

    def keep(self, host: str, port: int, refused: list[str]) -> None:
        """Remember what was kept back, for whoever explains why the host could not be reached."""
        self._refused.pop((host.lower(), port), None)
        if refused:
            self._refused[(host.lower(), port)] = tuple(refused[:10])
        if len(self._refused) > 1_000:
            del self._refused[next(iter(self._refused))]


@implementer(IResolutionReceiver)
class _Judge:
    """Stands between the resolver and whoever asked it."""

    def __init__(self, resolver: PolicyResolver, receiver: Receiver, host: str, port: int) -> None:
        self._resolver, self._receiver, self._host, self._port = resolver, receiver, host, port
        self._refused: list[str] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        number = str(getattr(address, "host", ""))
        if self._resolver.allows(self._host, self._port, number):
            self._receiver.addressResolved(address)
        else:
            self._refused.append(number)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._resolver.keep(self._host, self._port, self._refused)
        self._receiver.resolutionComplete()
