"""A fake Squarespace site: any page with `?format=json`, as those who read it describe.

Its robots.txt keeps robots from that, as the platform's own does on every site; `robots=""` lets them in.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ..answer import Answer, Request
from ..model import Catalogue, Product
from ..server import Serving
from .fake import DoorOptions, FakeDoor, Sold


@dataclass(frozen=True, slots=True)
class SquarespaceOptions(DoorOptions):
    """`per_page`: products of a store page. `money`: prices are told as `priceMoney` too."""

    per_page: int = 200
    money: bool = True


class FakeSquarespace(FakeDoor):
    """One site: a home page, a page of words, and a store at /boutique."""

    options: SquarespaceOptions
    robots = (
        "User-agent: *\nDisallow: /config\nDisallow: /search\nDisallow: /account\nDisallow: /api/\nDisallow: /static/\n"
        "Disallow: /*?author=*\nDisallow: /*&author=*\nDisallow: /*?tag=*\nDisallow: /*&tag=*\nDisallow: /*?month=*\n"
        "Disallow: /*?view=*\nDisallow: /*?format=*\nDisallow: /*&format=*\nDisallow: /*?reversePaginate=*\n"
    )
    head = "<!-- This is Squarespace. --><script>Static.SQUARESPACE_CONTEXT = {};</script>"

    def page_path(self, product: Product) -> str:
        return f"/boutique/p/{product.slug}"

    def dispatch(self, request: Request) -> Answer:
        as_json, path = request.params.get("format") in ("json", "json-pretty"), request.path.rstrip("/") or "/"
        if path == "/sitemap.xml":
            return self._sitemap()
        if found := re.fullmatch(r"/boutique/p/([^/]+)", path):
            product = self.named(found[1])
            if product is None:
                return Answer.json({"error": "NOT_FOUND"}, 404) if as_json else self.missing()
            return self._said(self._page() | {"item": self._item(product)}) if as_json else self.article(product)
        if path == "/boutique":
            return self._store(request) if as_json else self.home()
        if path in ("/", "/atelier"):
            return self._said(self._page() | {"collection": {"typeName": "page"}}) if as_json else self.home()
        return self.missing()

    def _said(self, value: Any, items: int = 0) -> Answer:
        return Answer.json(value, headers={"Server": "Squarespace"}, items=items)

    def _page(self) -> dict[str, Any]:
        money = {"selectedCurrency": self.options.currency} if self.options.tells_currency else {}
        return {
            "website": {"id": "5f00", "siteTitle": self.catalogue.name, "baseUrl": self.base_url},
            "websiteSettings": {"storeSettings": money},
        }

    def _store(self, request: Request) -> Answer:
        page = int(request.params.get("page", 1) or 1)
        every, size = self.listed(), self.options.per_page
        shown = every[(page - 1) * size : page * size]
        pagination: dict[str, Any] = {"pageSize": size}
        if page < math.ceil(len(every) / size):
            pagination |= {"nextPage": True, "nextPageUrl": f"/boutique?page={page + 1}"}
        told = self._page() | {
            "collection": {
                "typeName": "products",
                "title": "Boutique",
                "fullUrl": "/boutique",
                "itemCount": len(every),
            },
            "items": [self._item(product) for product in shown],
            "pagination": pagination,
        }
        return self._said(told, len(shown))

    def _item(self, product: Product) -> dict[str, Any]:
        photos = self.photos(product)
        shelf = self.category(product)
        told = {
            "id": f"{product.id:024x}",
            "title": product.name,
            "fullUrl": self.page_path(product),
            "urlId": f"p/{product.slug}",
            "body": self.catalogue.description_of(product),
            "excerpt": product.short_description,
            "assetUrl": next(iter(photos), None),
            "items": [{"id": f"{n:024x}", "assetUrl": url} for n, url in enumerate(photos)],
            "categories": [shelf] if shelf else [],
            "tags": [],
            "structuredContent": {
                "_type": "StoreItem",
                "productType": 1,
                "variants": [self._variant(one) for one in self.sold(product)],
            },
        }
        return self.overridden(product, told)

    def _variant(self, one: Sold) -> dict[str, Any]:
        regular, now = one.regular or "0", one.price or "0"
        told: dict[str, Any] = {
            "id": f"{one.product.id:08x}-0000-4000-8000-000000000000",
            "sku": one.product.sku or f"SQ{one.product.id}",
            "attributes": dict(one.choice),
            "price": round(float(regular) * 100),
            "salePrice": round(float(now) * 100) if now != regular else 0,
            "onSale": now != regular,
            "unlimited": one.buyable and one.quantity is None,
            "qtyInStock": (one.quantity or 0) if one.buyable else 0,
        }
        if self.options.money:
            told["priceMoney"] = {"currency": self.options.currency, "value": f"{float(regular):.2f}"}
            told["salePriceMoney"] = {"currency": self.options.currency, "value": f"{told['salePrice'] / 100:.2f}"}
        return told

    def _sitemap(self) -> Answer:
        locations = ["/", "/atelier", "/boutique", *(self.page_path(p) for p in self.listed())]
        body = "".join(f"<url><loc>{self.base_url}{path}</loc></url>" for path in locations)
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'
        return Answer(200, text.encode(), {"Content-Type": "application/xml"})


class SquarespaceShop(Serving[FakeSquarespace]):
    """A fake Squarespace site on a port: `with SquarespaceShop(catalogue, robots="") as shop: shop.url`.

    `switches` are the fields of `SquarespaceOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeSquarespace(catalogue, SquarespaceOptions(**switches)), host, port)
        self.fake.base_url = self.url
