"""Fake shops behind doors, as `tests.contracts.connector.ShopUnderTest`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from aggregator.demo.doors.big_cartel import BigCartelShop
from aggregator.demo.doors.fake import FakeDoor, Sold
from aggregator.demo.doors.magento import FakeMagento, MagentoShop
from aggregator.demo.doors.shopify import ShopifyShop
from aggregator.demo.doors.squarespace import SquarespaceShop
from aggregator.demo.model import Catalogue, Product
from aggregator.demo.server import Serving
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, ShopConnection
from tests.contracts.connector import Asked
from tests.support.woo_shop import USER_AGENT, small_catalogue


def session_for(shop: Serving[Any], **options: Any) -> HttpSession:
    """A guarded session that may call this shop."""
    policy = AddressPolicy(frozenset({f"{shop.host}:{shop.port}"}))
    return HttpSession(policy, **{"user_agent": USER_AGENT, "deadline": 60.0, **options})


class DoorShop:
    """What the four have in common. `products` fill more than a page."""

    connector_name: ClassVar[str]
    catalogue_requests: str
    products: ClassVar[int] = 300
    nonsense: ClassVar[dict[str, Any]]
    secrets: tuple[str, ...] = ("\0",)

    def __init__(self, shop: Serving[Any]) -> None:
        self.shop = shop
        self.fake: FakeDoor = shop.fake
        self.connector: Connector = registry.get(self.connector_name)
        self.url = shop.url + "/"

    @classmethod
    def serve(cls, catalogue: Catalogue, **switches: Any) -> Serving[Any]:
        raise NotImplementedError

    @classmethod
    @contextmanager
    def opened(cls, products: int | None = None, **switches: Any) -> Iterator[Self]:
        with cls.serve(small_catalogue(products or cls.products), **switches) as shop:
            yield cls(shop)

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        with session_for(self.shop, **session_options) as session:
            yield ShopConnection(url=self.url, session=session)

    # -- what the platform's words are for a product -----------------------------------------------------------------

    def product_id(self, product: Product) -> str:
        """As the connector names it."""
        return product.slug

    def offer_id(self, sold: Sold) -> str:
        return str(sold.product.id)

    def shown(self, sold: Sold) -> int | None:
        """What the page shows, in cents. None of these platforms has products without a price: such a one costs 0, and
        cannot be bought."""
        return round(float(sold.price) * 100) if sold.price and (float(sold.price) or sold.buyable) else None

    # -- the contract's hands ----------------------------------------------------------------------------------------

    def _product(self, product_id: str) -> Product:
        return next(p for p in self.fake.listed() if self.product_id(p) == product_id)

    def public_ids(self) -> set[str]:
        return {self.product_id(product) for product in self.fake.listed()}

    def shown_prices(self) -> dict[str, int | None]:
        sold = [one for product in self.fake.listed() for one in self.fake.sold(product)]
        return {self.offer_id(one): self.shown(one) for one in sold}

    def asked(self) -> list[Asked]:
        return [Asked(s.method, f"{s.path}?{s.query}", s.started, s.status) for s in self.fake.requests]

    def forget_requests(self) -> None:
        self.fake.faults.clear()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        known = {"429": ("retry_after",), "hang": ("seconds",)}
        kept = {name: value for name, value in options.items() if name in known.get(kind, ())}
        self.fake.fault(kind, times, match, **kept)  # type: ignore[arg-type]

    def spoil(self, product_id: str) -> None:
        self.fake.override(self._product(product_id).id, self.nonsense)

    def unpublish(self, product_id: str) -> None:
        self.fake.set(self._product(product_id).id, {"status": "draft"})

    hide = unpublish

    def delete(self, product_id: str) -> None:
        self.fake.delete(self._product(product_id).id)

    def rename(self, product_id: str) -> None:
        self.fake.set(self._product(product_id).id, {"name": "Gilet tout neuf"})

    @contextmanager
    def grown(self, products: int) -> Iterator[Self]:
        """At least what fills two pages: a smaller shop would not show what a reader holds."""
        with self.serve(small_catalogue(max(products, self.products))) as shop:
            yield type(self)(shop)


class ShopifyUnderTest(DoorShop):
    connector_name = "shopify"
    catalogue_requests = rf"{re.escape('/products.json')}\?"
    products = 600
    nonsense: ClassVar = {"title": 12, "variants": "beaucoup", "images": "aucune"}

    @classmethod
    def serve(cls, catalogue: Catalogue, **switches: Any) -> Serving[Any]:
        return ShopifyShop(catalogue, **switches)

    def offer_id(self, sold: Sold) -> str:
        return str(40_000_000_000_000 + sold.product.id)


class BigCartelUnderTest(DoorShop):
    connector_name = "big-cartel"
    catalogue_requests = rf"{re.escape('/products.json')}\?"
    nonsense: ClassVar = {"name": 12, "options": "beaucoup", "images": "aucune"}

    @classmethod
    def serve(cls, catalogue: Catalogue, **switches: Any) -> Serving[Any]:
        return BigCartelShop(catalogue, **switches)

    def offer_id(self, sold: Sold) -> str:
        return str(90_000_000 + sold.product.id)


class MagentoUnderTest(DoorShop):
    connector_name = "magento"
    catalogue_requests = r"/graphql\?.*products"
    nonsense: ClassVar = {"name": {"fr": 12}, "price_range": "beaucoup", "variants": "x"}

    @classmethod
    def serve(cls, catalogue: Catalogue, **switches: Any) -> Serving[Any]:
        return MagentoShop(catalogue, **switches)

    def product_id(self, product: Product) -> str:
        return FakeMagento.sku(product)

    def offer_id(self, sold: Sold) -> str:
        return FakeMagento.sku(sold.product)

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        """The contract names the second page by `page=2`; here it is a part of the question."""
        super().fault(kind, match.replace(r"\bpage=2\b", "currentPage%3A2%29"), times, **options)


class SquarespaceUnderTest(DoorShop):
    """With a robots.txt that lets robots in, which the platform's own does not."""

    connector_name = "squarespace"
    catalogue_requests = r"/boutique\?(?=.*format=json)"
    nonsense: ClassVar = {"title": 12, "structuredContent": "beaucoup"}

    @classmethod
    def serve(cls, catalogue: Catalogue, **switches: Any) -> Serving[Any]:
        return SquarespaceShop(catalogue, **{"robots": "", **switches})

    def product_id(self, product: Product) -> str:
        return f"/boutique/p/{product.slug}"

    def offer_id(self, sold: Sold) -> str:
        return f"{sold.product.id:08x}-0000-4000-8000-000000000000"
