"""The sample town: fake shops on loopback in one process, as `emplettes demo` shows them.

WooCommerce and PrestaShop shops, one that only makes a product feed, one that has nothing but a spreadsheet, and five
simple sites, each with another way to say its products.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import options as woocommerce
from .branded import with_branded
from .catalogue import KINDS, generate_shop
from .feed import FeedShop
from .french import typeset
from .model import Catalogue, Merchant
from .places import PLACES, REGION
from .prestashop import options as prestashop
from .prestashop.fake import PrestaShop
from .ranges import RANGES
from .server import FakeShop, Serving
from .sheet import write_sheet
from .sites.fake import SiteShop
from .text import slugify

Platform = Literal["WooCommerce", "PrestaShop", "feed", "file", "site"]
_PLATFORMS: dict[str, Platform] = {
    "shoes": "PrestaShop",
    "household": "PrestaShop",
    "wool": "PrestaShop",
    "hardware": "feed",
    "wicker": "file",
    "lighting": "site",
    "games": "site",
    "leather": "site",
    "weaving": "site",
    "woodwork": "site",
}
# What sets single shops apart. Over plain http a WooCommerce key works by OAuth 1.0a only, as in a real shop.
_SWITCHES: dict[str, dict[str, Any]] = {
    "clothes": {"keys": (woocommerce.Key("ck_quatre_saisons", "cs_quatre_saisons"),)},
    "toys": {"keys": (woocommerce.Key("ck_toupie", "cs_toupie", role="catalogue"),), "assume_https": True},
    "pottery": {"permalinks": "plain"},
    "bikes": {"prices_exclude_tax": True},
    "stationery": {"version": "10.3.1"},
    "garden": {"base_path": "/boutique"},
    "shoes": {
        "keys": (prestashop.Key("VAUCLAIRCHAUSSURESVAUCLAIRCHAUS0"),),
        "version": "1.7.8.7",
        "ints_as_strings": True,
        "languages": 2,
        "route": "{category}/{id}{variant}-{rewrite}.html",
    },
    "household": {"keys": (prestashop.Key("PASSAGEDROGUERIEPASSAGEDROGUERIE"),)},
    "lighting": {"theme": "json-ld"},
    "games": {"theme": "microdata"},
    "leather": {"theme": "open-graph"},
    "weaving": {"theme": "state"},
    "woodwork": {"theme": "bare"},
}


@dataclass(frozen=True, slots=True)
class TownShop:
    """One shop of the town, and how its merchant lets it be read.

    `key`: (key, secret) where the merchant gave one; PrestaShop's keys have no secret (""). `url` is the site's, ""
    where there is none; `feed` the feed's address; `file` the spreadsheet.
    """

    kind: str
    platform: Platform
    name: str
    url: str
    merchant: Merchant
    products: int
    items: int
    server: Serving[Any] | None = None
    key: tuple[str, str] | None = None
    feed: str | None = None
    file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """For the first line that `python -m aggregator.demo` prints."""
        merchant, place = self.merchant, PLACES[self.kind]
        return {
            "kind": self.kind,
            "platform": self.platform,
            "name": self.name,
            "url": self.url,
            "feed": self.feed,
            "file": str(self.file) if self.file else None,
            "products": self.products,
            "items": self.items,
            "key": self.key[0] if self.key else None,
            "secret": self.key[1] if self.key else None,
            "merchant": {
                "name": merchant.name,
                "siret": merchant.siret,
                "street": merchant.street,
                "postal_code": merchant.postal_code,
                "commune": merchant.commune,
                "email": merchant.email,
                "opening_hours": merchant.opening_hours,
            },
            "region": REGION,
            "about": typeset(place.about),
            "delivery": typeset(place.delivery),
            "pickup": place.pickup,
        }


@dataclass(frozen=True, slots=True)
class Town:
    """The running shops."""

    shops: tuple[TownShop, ...]

    def stop(self) -> None:
        """Close them all. Spreadsheets stay."""
        for shop in self.shops:
            if shop.server:
                shop.server.stop()

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_town(
    host: str = "127.0.0.1",
    ports: Sequence[int] | None = None,
    scale: float = 1.0,
    latency_ms: tuple[float, float] = (0.0, 0.0),
    files: Path | None = None,
) -> Town:
    """Start the shops, one port each: as many as `ports` names (all on free ports if None).

    `scale` multiplies every catalogue's size, but for the branded articles that several shops sell. Spreadsheets are
    written into the folder `files`; without it, the shops that have nothing else are left out. OSError where a port is
    taken or a file cannot be written; nothing is left running then.
    """
    served = [kind for kind in KINDS if _PLATFORMS.get(kind) != "file"]
    served = served[: len(ports)] if ports is not None else served
    started: list[TownShop] = []
    try:
        for n, kind in enumerate(served):
            catalogue = _catalogue(kind, scale)
            started.append(_opened(kind, catalogue, host, ports[n] if ports is not None else 0, latency_ms))
        if files is not None:
            started += [_written(kind, scale, files) for kind in KINDS if _PLATFORMS.get(kind) == "file"]
    except OSError:
        Town(tuple(started)).stop()
        raise
    return Town(tuple(started))


def _catalogue(kind: str, scale: float, tidy: bool = False) -> Catalogue:
    return with_branded(generate_shop(kind, products=max(round(RANGES[kind].products * scale), 1), tidy=tidy))


def _opened(kind: str, catalogue: Catalogue, host: str, port: int, latency_ms: tuple[float, float]) -> TownShop:
    """A shop with a site. OSError where the port is taken."""
    platform = _PLATFORMS.get(kind, "WooCommerce")
    switches = {"latency_ms": latency_ms, **_SWITCHES.get(kind, {})}
    key: tuple[str, str] | None = None
    server: FakeShop | PrestaShop | FeedShop | SiteShop
    if platform == "feed":
        server = FeedShop(catalogue, host, port, **switches)
    elif platform == "site":
        server = SiteShop(catalogue, host, port, **switches)
    elif platform == "PrestaShop":
        server = PrestaShop(catalogue, host, port, **{"keys": (), **switches})
        key = next(((k.text, "") for k in server.fake.options.keys), None)
    else:
        server = FakeShop(catalogue, host, port, **{"keys": (), **switches})
        key = next(((k.consumer_key, k.consumer_secret) for k in server.fake.options.keys), None)
    server.start()
    return TownShop(
        kind=kind,
        platform=platform,
        name=catalogue.name,
        url=server.url,
        merchant=catalogue.merchant,
        products=catalogue.count(),
        items=len(catalogue.products),
        server=server,
        key=key,
        feed=server.feed_url if isinstance(server, FeedShop) else None,
    )


def _written(kind: str, scale: float, files: Path) -> TownShop:
    """A shop without a site: its merchant's spreadsheet."""
    catalogue = _catalogue(kind, scale, tidy=True)
    file = files / f"{slugify(catalogue.name)}.xlsx"
    lines = write_sheet(catalogue, file, time.time())
    return TownShop(
        kind=kind,
        platform="file",
        name=catalogue.name,
        url="",
        merchant=catalogue.merchant,
        products=catalogue.count(),
        items=lines,
        file=file,
    )
