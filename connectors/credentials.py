"""A key of a shop's owner. Apart from the contract, so that the store can seal it without knowing any session."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key of the shop's owner. Its repr shows nothing."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
