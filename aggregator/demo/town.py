"""The sample town: eleven fake shops on loopback in one process, as `emplettes demo` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .catalogue import KINDS, generate_shop
from .model import Merchant
from .options import Key
from .ranges import RANGES
from .server import FakeShop

# What sets single shops apart. Over plain http a key works by OAuth 1.0a only, as in a real shop.
_SWITCHES: dict[str, dict[str, Any]] = {
    "clothes": {"keys": (Key("ck_quatre_saisons", "cs_quatre_saisons"),)},
    "toys": {"keys": (Key("ck_toupie", "cs_toupie", role="catalogue"),), "assume_https": True},
    "pottery": {"permalinks": "plain", "keys": ()},
    "bikes": {"prices_exclude_tax": True, "keys": ()},
    "stationery": {"version": "10.3.1", "keys": ()},
    "garden": {"base_path": "/boutique", "keys": ()},
}


@dataclass(frozen=True, slots=True)
class TownShop:
    """One shop of the town. `keys` is (consumer key, consumer secret) where the merchant gave some."""

    kind: str
    name: str
    url: str
    merchant: Merchant
    keys: tuple[str, str] | None
    products: int
    items: int
    server: FakeShop

    def as_json(self) -> dict[str, Any]:
        """For the first line that `python -m aggregator.demo` prints."""
        merchant = self.merchant
        return {
            "kind": self.kind,
            "name": self.name,
            "url": self.url,
            "products": self.products,
            "items": self.items,
            "consumer_key": self.keys[0] if self.keys else None,
            "consumer_secret": self.keys[1] if self.keys else None,
            "merchant": {
                "name": merchant.name,
                "siret": merchant.siret,
                "street": merchant.street,
                "postal_code": merchant.postal_code,
                "commune": merchant.commune,
                "email": merchant.email,
            },
        }


@dataclass(frozen=True, slots=True)
class Town:
    """The running shops."""

    shops: tuple[TownShop, ...]

    def stop(self) -> None:
        """Close them all."""
        for shop in self.shops:
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
) -> Town:
    """Start the shops, one port each: as many as `ports` names (all on free ports if None).

    `scale` multiplies every catalogue's size. OSError where a port is taken; nothing is left running then.
    """
    kinds = KINDS[: len(ports)] if ports is not None else KINDS
    started: list[TownShop] = []
    try:
        for n, kind in enumerate(kinds):
            size = max(round(RANGES[kind].products * scale), 1)
            catalogue = generate_shop(kind, products=size)
            switches = {"keys": (), "latency_ms": latency_ms, **_SWITCHES.get(kind, {})}
            shop = FakeShop(catalogue, host, ports[n] if ports is not None else 0, **switches).start()
            key = next(iter(switches["keys"]), None)
            started.append(
                TownShop(
                    kind=kind,
                    name=catalogue.name,
                    url=shop.url,
                    merchant=catalogue.merchant,
                    keys=(key.consumer_key, key.consumer_secret) if key else None,
                    products=catalogue.count(),
                    items=len(catalogue.products),
                    server=shop,
                )
            )
    except OSError:
        Town(tuple(started)).stop()
        raise
    return Town(tuple(started))
