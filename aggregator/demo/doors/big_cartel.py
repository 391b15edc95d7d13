"""A fake Big Cartel shop: `/products.json`, `/store.json` and a product's JSON, by the platform's descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..answer import Answer, Request
from ..clock import gmt
from ..model import Catalogue, Product
from ..server import Serving
from .fake import DoorOptions, FakeDoor, Sold

MOST = 100
_OPTION_NUMBERS = 90_000_000


@dataclass(frozen=True, slots=True)
class BigCartelOptions(DoorOptions):
    """`store`: `/store.json` answers. `pages`: `limit` and `page` are honoured, else the whole list comes each time."""

    store: bool = True
    pages: bool = True


class FakeBigCartel(FakeDoor):
    """One shop."""

    options: BigCartelOptions
    robots = "User-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /admin\n"

    @property
    def head(self) -> str:  # type: ignore[override]
        money = f'"currency":"{self.options.currency}",' if self.options.tells_currency else ""
        return (
            '<meta name="generator" content="Big Cartel"><link rel="stylesheet" '
            'href="https://assets.bigcartel.com/theme_assets/1/theme.css"><script>window.bigcartel = '
            f'{{"account":{{"id":1,{money}"bc_host":"{self.catalogue.kind}.bigcartel.com"}}}};</script>'
        )

    def page_path(self, product: Product) -> str:
        return f"/product/{product.slug}"

    def dispatch(self, request: Request) -> Answer:
        path = request.path
        if path == "/products.json" and self.options.open:
            return self._list(request)
        if path == "/store.json" and self.options.store:
            return Answer.json(self._store())
        if found := re.fullmatch(r"/product/([^/]+?)(\.json)?", path):
            product = self.named(found[1])
            if product is None:
                return self.missing()
            return Answer.json(self._item(product)) if found[2] else self.article(product)
        return self.home() if path == "/" else self.missing()

    def _list(self, request: Request) -> Answer:
        shown = self.listed()
        if self.options.pages:
            limit = min(_whole(request.params.get("limit"), MOST), MOST)
            page = _whole(request.params.get("page"), 1)
            shown = shown[(page - 1) * limit : page * limit]
        return Answer.json([self._item(p) for p in shown], items=len(shown))

    def _item(self, product: Product) -> dict[str, Any]:
        sold = self.sold(product)
        prices = [float(one.price) for one in sold if one.price]
        group = self.option_names(product) if product.type == "variable" else []
        told = {
            "id": product.id,
            "name": product.name,
            "permalink": product.slug,
            "position": product.id,
            "price": min(prices, default=0.0),
            "default_price": min(prices, default=0.0),
            "tax": 0.0,
            "url": self.page_path(product),
            "status": "active" if any(one.buyable for one in sold) else "sold-out",
            "on_sale": any(one.price != one.regular for one in sold),
            "created_at": f"{gmt(product.created)}.000Z",
            "description": self.catalogue.description_of(product) or product.short_description,
            "has_password_protection": False,
            "categories": [{"id": 1, "name": self.category(product), "permalink": "rayon", "url": "/category/rayon"}],
            "artists": [{"id": 1, "name": b, "permalink": "m", "url": "/artist/m"} for b in [self.brand(product)] if b],
            "images": [{"url": url, "width": 600, "height": 600} for url in self.photos(product)],
            "options": [self._option(product, one, group) for one in sold],
            "option_groups": [{"id": n, "name": name, "values": []} for n, name in enumerate(group, 1)],
        }
        return self.overridden(product, told)

    def _option(self, product: Product, one: Sold, group: list[str]) -> dict[str, Any]:
        name = " / ".join(value for _, value in one.choice) or product.name
        option: dict[str, Any] = {
            "id": _OPTION_NUMBERS + one.product.id,
            "name": name,
            "price": float(one.price or 0),
            "sold_out": not one.buyable,
            "has_custom_price": False,
        }
        if group:
            option["option_group_values"] = [
                {"id": one.product.id * 10 + n, "name": value, "option_group_id": n}
                for n, (_, value) in enumerate(one.choice, 1)
            ]
        return option

    def _store(self) -> dict[str, Any]:
        money = {"id": 2, "name": "Euro", "sign": "€"} | (
            {"code": self.options.currency} if self.options.tells_currency else {}
        )
        return {
            "id": 1,
            "subdomain": self.catalogue.kind,
            "name": self.catalogue.name,
            "description": self.catalogue.tagline,
            "url": self.base_url,
            "currency": money,
            "country": {"name": "France"},
            "products_count": len(self.listed()),
            "categories": [],
            "artists": [],
            "pages": [],
        }


def _whole(text: str | Any, default: int) -> int:
    return int(text) if isinstance(text, str) and text.isdigit() and int(text) else default


class BigCartelShop(Serving[FakeBigCartel]):
    """A fake Big Cartel shop on a port: `with BigCartelShop(catalogue, store=False) as shop: shop.url`.

    `switches` are the fields of `BigCartelOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeBigCartel(catalogue, BigCartelOptions(**switches)), host, port)
        self.fake.base_url = self.url
