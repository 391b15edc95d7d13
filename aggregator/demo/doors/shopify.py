"""A fake Shopify shop: `/products.json` and its like, as captured and as the platform's community describes them.

Known differences from the real thing: one currency and one market; no search, no cart but `/cart.js`; pages are
plain; pictures in `.js` have a scheme.
"""

from __future__ import annotations

import re
from typing import Any

from ..answer import Answer, Request
from ..clock import local, offset
from ..model import Catalogue, Product
from ..server import Serving
from .fake import DoorOptions, FakeDoor, Sold

MOST = 250
_VARIANT_NUMBERS = 40_000_000_000_000
_IMAGE_NUMBERS = 30_000_000_000_000
_SCRIPT = {"Content-Type": "application/json; charset=utf-8", "X-ShopId": "7000000001", "Server": "cloudflare"}


class FakeShopify(FakeDoor):
    """One shop."""

    robots = (
        "# we use Shopify as our ecommerce platform\nUser-agent: *\nDisallow: /admin\nDisallow: /cart\n"
        "Disallow: /orders\nDisallow: /checkouts/\nDisallow: /checkout\nDisallow: /carts\nDisallow: /account\n"
        "Disallow: /collections/*sort_by*\nDisallow: /collections/*+*\nDisallow: /search\n"
        "Disallow: /*?*oseid=*\nDisallow: /*preview_theme_id*\n"
    )

    @property
    def head(self) -> str:  # type: ignore[override]
        money = f'Shopify.currency = {{"active":"{self.options.currency}","rate":"1.0"}};'
        return (
            '<link rel="preconnect" href="https://cdn.shopify.com" crossorigin><script>var Shopify = Shopify || {};'
            f'Shopify.shop = "{self.catalogue.kind}.myshopify.com";{money if self.options.tells_currency else ""}'
            "</script>"
        )

    def page_path(self, product: Product) -> str:
        return f"/products/{product.slug}"

    def dispatch(self, request: Request) -> Answer:
        path = request.path
        if self.options.locked and path != "/password":
            return Answer.html("", 302, {"Location": f"{self.base_url}/password"})
        if path == "/password":
            return self.framed(self.catalogue.name, "<h1>Bientôt</h1><form><input type=password name=password></form>")
        if path in ("/products.json", "/collections/all/products.json"):
            return self._list(request) if self.options.open or path != "/products.json" else self._nothing()
        if found := re.fullmatch(r"/products/([^/]+?)(\.json|\.js)?", path):
            return self._product(found[1], found[2] or "")
        if path == "/meta.json":
            return self._said(self._meta())
        if path == "/cart.js":
            return self._said({"token": "", "items": [], "total_price": 0, "currency": self.options.currency})
        return self.home({"X-ShopId": "7000000001"}) if path == "/" else self.missing()

    def _said(self, value: Any, items: int = 0) -> Answer:
        return Answer.json(value, headers=_SCRIPT, items=items)

    def _nothing(self) -> Answer:
        return Answer.json({"errors": "Not Found"}, 404, _SCRIPT)

    # -- lists -------------------------------------------------------------------------------------------------------
    def _list(self, request: Request) -> Answer:
        limit = min(_whole(request.params.get("limit"), 30), MOST)
        page = _whole(request.params.get("page"), 1)
        shown = self.listed()[(page - 1) * limit : page * limit]
        return self._said({"products": [self._item(p) for p in shown]}, len(shown))

    def _item(self, product: Product) -> dict[str, Any]:
        images = self._images(product)
        sold = self.sold(product)
        names = self.option_names(product) if product.type == "variable" else []
        told = {
            "id": product.id,
            "title": product.name,
            "handle": product.slug,
            "body_html": self.catalogue.description_of(product) or product.short_description,
            "published_at": _instant(product.created),
            "created_at": _instant(product.created),
            "updated_at": _instant(product.modified),
            "vendor": self.brand(product) or self.catalogue.name,
            "product_type": self.category(product),
            "tags": [],
            "variants": [self._variant(product, one, n, names) for n, one in enumerate(sold, 1)],
            "images": images,
            "options": [
                {"name": name, "position": n, "values": list(dict.fromkeys(one.choice[n - 1][1] for one in sold))}
                for n, name in enumerate(names, 1)
            ]
            or [{"name": "Title", "position": 1, "values": ["Default Title"]}],
        }
        return self.overridden(product, told)

    def _variant(self, product: Product, one: Sold, nth: int, names: list[str]) -> dict[str, Any]:
        chosen = [value for _, value in one.choice] if names else ["Default Title"]
        options = [*chosen, None, None, None][:3]
        reduced = one.price and one.regular and float(one.price) < float(one.regular)
        return {
            "id": _VARIANT_NUMBERS + one.product.id,
            "title": " / ".join(chosen),
            "option1": options[0],
            "option2": options[1],
            "option3": options[2],
            "sku": one.product.sku or None,
            "requires_shipping": True,
            "taxable": True,
            "featured_image": None,
            "available": one.buyable,
            "price": f"{float(one.price or 0):.2f}",
            "grams": 0,
            "compare_at_price": f"{float(one.regular):.2f}" if reduced else None,
            "position": nth,
            "product_id": product.id,
            "created_at": _instant(one.product.created),
            "updated_at": _instant(one.product.modified),
        }

    def _images(self, product: Product) -> list[dict[str, Any]]:
        return [
            {
                "id": _IMAGE_NUMBERS + product.id * 10 + n,
                "position": n + 1,
                "product_id": product.id,
                "variant_ids": [],
                "src": url,
                "width": 600,
                "height": 600,
            }
            for n, url in enumerate(self.photos(product))
        ]

    # -- one product -------------------------------------------------------------------------------------------------
    def _product(self, handle: str, ending: str) -> Answer:
        product = self.named(handle)
        if product is None:
            return self._nothing() if ending else self.missing()
        if ending == ".js":
            return self._script(self._item(product), product)
        if ending == ".json":
            return self._said({"product": self._priced(self._item(product))})
        return self.article(product)

    def _priced(self, item: dict[str, Any]) -> dict[str, Any]:
        """Names the currency, and does not tell what is available."""
        if not isinstance(item["variants"], list):
            return item
        money = {"price_currency": self.options.currency} if self.options.tells_currency else {}
        return item | {"variants": [{k: v for k, v in one.items() if k != "available"} | money
                                    for one in item["variants"]]}  # fmt: skip

    def _script(self, item: dict[str, Any], product: Product) -> Answer:
        """`.js`: in hundredths, and by other names."""
        told = {
            "id": product.id,
            "title": item["title"],
            "handle": product.slug,
            "description": item["body_html"],
            "vendor": item["vendor"],
            "type": item["product_type"],
            "tags": item["tags"],
            "available": any(one.buyable for one in self.sold(product)),
            "variants": [
                one
                | {
                    "price": _hundredths(one["price"]),
                    "compare_at_price": _hundredths(one["compare_at_price"]),
                    "barcode": None,
                }
                for one in item["variants"]
            ],
            "images": [image["src"] for image in item["images"]],
            "options": item["options"],
            "url": self.page_path(product),
        }
        return self._said(told)

    def _meta(self) -> dict[str, Any]:
        merchant = self.catalogue.merchant
        return {
            "id": 7_000_000_001,
            "name": self.catalogue.name,
            "city": merchant.commune,
            "country": "FR",
            "currency": self.options.currency,
            "domain": self.base_url.partition("://")[2],
            "url": self.base_url,
            "myshopify_domain": f"{self.catalogue.kind}.myshopify.com",
            "money_format": "{{amount_with_comma_separator}} €",
            "published_collections_count": 1,
            "published_products_count": len(self.listed()),
        } | ({} if self.options.tells_currency else {"currency": None})


def _whole(text: str | Any, default: int) -> int:
    return int(text) if isinstance(text, str) and text.isdigit() and int(text) else default


def _hundredths(price: str | None) -> int | None:
    return None if price is None else round(float(price) * 100)


def _instant(second: int) -> str:
    return f"{local(second)}+0{offset(second) // 3600}:00"


class ShopifyShop(Serving[FakeShopify]):
    """A fake Shopify shop on a port: `with ShopifyShop(catalogue, locked=True) as shop: shop.url`.

    `switches` are the fields of `DoorOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeShopify(catalogue, DoorOptions(**switches)), host, port)
        self.fake.base_url = self.url
