"""Pure: every address met on one site, each under a number, in little memory."""

from __future__ import annotations

from enum import IntFlag
from typing import Final
from urllib.parse import urlsplit

from connectors.values import same_site
from spiders.addresses import Address
from spiders.languages import Languages
from spiders.patterns import Shape, Shapes

MAX_MET: Final = 200_000
"""Addresses kept of one site."""
_MAX_HOSTS: Final = 10_000
NEVER: Final = 255
"""The depth of what nobody links to, and the tier of what never waited."""

OTHER_SITE: Final = "other site"
TOO_MANY: Final = "too many addresses"


class Flag(IntFlag):
    """What is known of an address."""

    VISITED = 1
    """Handed out, or known to be the same page as one that was."""
    IN_SITEMAP = 2
    SHOWN = 4
    """A page of this run leads there."""
    LISTED = 8
    """One that is no product page itself."""
    RESTS = 16
    """A product page of an earlier run that is left alone."""
    PRODUCT = 32
    """Confirmed, in this run or by an earlier one."""
    DUE = 64
    """A product page of an earlier run whose turn has come."""
    SENT = 128
    """Its product was read in this run."""


class Met:
    """Addresses by number, and what is known of each. Never one of another site or one that is refused."""

    def __init__(self, shop_url: str, home: Address, learnt: str) -> None:
        self._shop_url = shop_url
        self._secure = shop_url.lower().startswith("https:")
        self._host = urlsplit(home.url).netloc.removeprefix("www.") if home.key else ""
        self._numbers: dict[str, int] = {}
        self._hosts: dict[str, bool] = {}
        self.shapes = Shapes(learnt)
        self.languages = Languages(home.key)
        self.urls: list[str] = []
        self.flags = bytearray()
        self.tiers = bytearray()
        self.depths = bytearray()
        self.shape: list[Shape] = []
        self.full = False
        """More were met than are kept."""

    def find(self, key: str) -> int | None:
        return self._numbers.get(key)

    def alias(self, key: str, number: int) -> None:
        """Another address of the same page, where it is not known yet."""
        if key:
            self._numbers.setdefault(key, number)

    def refusal(self, address: Address) -> str:
        """Why an address is not visited at all, or ""."""
        if address.refused:
            return address.refused
        host = address.key.partition("/")[0].partition("?")[0]
        ours = self._hosts.get(host)
        if ours is None:
            ours = same_site(address.url, self._shop_url)
            if len(self._hosts) < _MAX_HOSTS:
                self._hosts[host] = ours
        return "" if ours else OTHER_SITE

    def number(self, address: Address) -> int | None:
        """The address's number, a new one where it is new; None where it is refused or one too many."""
        found = self._numbers.get(address.key)
        if found is not None or self.refusal(address):
            return found
        number = len(self.urls)
        if number >= MAX_MET:
            self.full = True
            return None
        self._numbers[address.key] = number
        self.urls.append(self._as_ours(address.url))
        self.flags.append(0)
        self.tiers.append(NEVER)
        self.depths.append(NEVER)
        self.shape.append(self.shapes.of(address.key))
        self.languages.met(address.key)
        return number

    def _as_ours(self, url: str) -> str:
        """A link that forgot that the shop has moved to https."""
        if self._secure and url.startswith("http:") and urlsplit(url).netloc.removeprefix("www.") == self._host:
            return "https:" + url[5:]
        return url
