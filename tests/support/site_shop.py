"""A simple site of the sample town as the connector contract wants a shop; with or without a site map."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aggregator.demo.answer import Answer, Request
from aggregator.demo.model import Catalogue, Product
from aggregator.demo.server import Serving
from aggregator.demo.sites.fake import FakeSite, SiteOptions
from aggregator.demo.synthetic import synthetic
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, ShopConnection
from tests.contracts.connector import Asked

USER_AGENT = "EmplettesBot/1.0 (+https://portail.example/robot)"


class TroubledSite(FakeSite):
    """Structured data in JSON-LD, addresses with the product's number; the merchant can hide and spoil pages."""

    def __init__(self, catalogue: Catalogue, *, mapped: bool, **options: Any) -> None:
        super().__init__(catalogue, SiteOptions(theme="json-ld", **options))
        self.theme = dataclasses.replace(
            self.theme, article=lambda product: f"/p/{product.id}", sitemap="/sitemap.xml" if mapped else ""
        )
        self.hidden: set[int] = set()
        self.spoilt: set[int] = set()
        self.lost = False
        """The server forgot its rewriting rules: every product's address is unknown to it."""

    def hide(self, number: int) -> None:
        """Out of every list and of the map; its page leads to the home page, as shops do with what is sold no more."""
        self.hidden.add(number)
        self.state.set(number, {"catalog_visibility": "hidden"})

    def _product(self, request: Request, path: str) -> Product | None:
        number = path.removeprefix("/p/")
        known = path.startswith("/p/") and number.isdigit() and not self.lost
        return self.counter.find(int(number)) if known else None

    def _article(self, product: Product) -> Answer:
        if product.id in self.hidden:
            return Answer.html("", 302, {"Location": f"{self.base_url}/"})
        answer = super()._article(product)
        if product.id not in self.spoilt:
            return answer
        body = answer.body.replace(self.counter.shown(product).name.encode(), b"")
        return dataclasses.replace(answer, body=re.sub(rb"<title>.*?</title>", b"<title></title>", body))


class SiteUnderTest(Serving[TroubledSite]):
    """The site on a port."""

    def __init__(self, products: int, *, mapped: bool = True, sentences: int = 4, **options: Any) -> None:
        super().__init__(TroubledSite(synthetic(products, sentences=sentences), mapped=mapped, **options))
        self.fake.base_url = self.url


class WebsiteShop:
    """`tests.contracts.connector.ShopUnderTest` over a running site. What was learnt is kept, as a sync keeps it."""

    secrets: tuple[str, ...] = ("\0",)
    catalogue_requests = r"^/(?:$|rayon)"
    """The home page and the lists: where there is no map, nothing is found without them."""

    def __init__(self, site: SiteUnderTest, *, mapped: bool, delay: float = 0.0) -> None:
        self.connector: Connector = registry.get("website")
        self.site, self.url, self.mapped = site, site.url + "/", mapped
        self.delay = delay
        self.memory: dict[str, str] = {}

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        policy = AddressPolicy(frozenset({f"{self.site.host}:{self.site.port}"}))
        with HttpSession(policy, **{"user_agent": USER_AGENT, "deadline": 60.0, **session_options}) as session:
            yield ShopConnection(self.url, session, memory=self.memory, crawl_delay=self.delay)

    def public_ids(self) -> set[str]:
        return {f"/p/{shown.product.id}" for shown in self.site.fake.shown()}

    def shown_prices(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for shown in self.site.fake.shown():
            for sold in shown.sold:
                own = f"/p/{shown.product.id}"
                name = own if len(shown.sold) == 1 else f"{own}#{sold.sku}"
                found[name] = round(float(sold.price) * 100) if sold.price else None
        return found

    def asked(self) -> list[Asked]:
        return [
            Asked(s.method, s.path + (f"?{s.query}" if s.query else ""), s.started, s.status)
            for s in self.site.fake.requests
        ]

    def forget_requests(self) -> None:
        self.site.fake.faults.clear()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        known = {"429": ("retry_after",), "hang": ("seconds",)}
        kept = {name: value for name, value in options.items() if name in known.get(kind, ())}
        self.site.fake.fault(kind, times, match, **kept)  # type: ignore[arg-type]

    def spoil(self, product_id: str) -> None:
        self.site.fake.spoilt.add(number_of(product_id))

    def hide(self, product_id: str) -> None:
        self.site.fake.hide(number_of(product_id))

    unpublish = hide

    def delete(self, product_id: str) -> None:
        self.site.fake.delete(number_of(product_id))

    def rename(self, product_id: str) -> None:
        self.site.fake.set(number_of(product_id), {"name": "Vase tout neuf"})

    @contextmanager
    def grown(self, products: int) -> Iterator[WebsiteShop]:
        with SiteUnderTest(products, mapped=self.mapped) as site:
            yield WebsiteShop(site, mapped=self.mapped)


def number_of(product_id: str) -> int:
    return int(product_id.removeprefix("/p/"))
