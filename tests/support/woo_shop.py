"""A small WooCommerce shop of known content, on the sample town's fake server: what connectors are tested against.

`small_catalogue(products)` has, in a fixed pattern by id: simple products, every sixth a variable one with three
variations, and once each what must not be published (draft, private, hidden, search-only, trashed is the test's) or
needs care (no price, free, password, sale, backorder, disabled variation).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aggregator.demo.model import Attribute, AttributeUse, Catalogue, Merchant, Product, Term
from aggregator.demo.server import FakeShop
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, Credentials, ShopConnection
from tests.contracts.connector import Asked

USER_AGENT = "EmplettesBot/1.0 (+https://portail.example/robot)"
KEY, SECRET = "ck_test", "cs_test"
FIRST = 100
NOON = 1_790_000_000
SIZE = Attribute(1, "Taille", "taille", tuple(Term(50 + n, s, s.lower()) for n, s in enumerate(("S", "M", "L"))))
MATTER = Attribute(2, "Matière", "matiere", (Term(60, "Laine", "laine"), Term(61, "Lin", "lin")))
CATEGORIES = (Term(10, "Vêtements", "vetements"), Term(11, "Pulls & gilets", "pulls", parent=10))
BRANDS = (Term(20, "Brebis d'Ouessant", "brebis"),)
MERCHANT = Merchant("Laines du Port SARL", "73282932000074", "1 quai", "29200", "Brest", "bonjour@laines.example")

ODD: dict[int, dict[str, Any]] = {
    3: {"status": "draft"},
    4: {"status": "private"},
    5: {"catalog_visibility": "hidden"},
    7: {"catalog_visibility": "search"},
    8: {"regular_price": ""},
    9: {"regular_price": "0"},
    10: {"regular_price": "30.00", "sale_price": "24.50"},
    11: {"stock_status": "onbackorder"},
    13: {"manage_stock": True, "stock_quantity": 0, "stock_status": "outofstock"},
    14: {"global_unique_id": "3760123456789", "brands": (20,)},
    15: {"meta": (("_alg_ean", "4006381333931"),)},
    16: {"images": 0},
}
"""What is special about the n-th product."""


def small_catalogue(products: int = 230) -> Catalogue:
    """`products` products with their variations, ids ascending."""
    found: list[Product] = []
    number = FIRST
    for n in range(1, products + 1):
        variable = n % 6 == 0
        found.append(_product(number, n, variable))
        parent, number = number, number + 1
        for size in SIZE.terms if variable else ():
            found.append(_variation(number, parent, n, size, disabled=n == 12 and size.slug == "l"))
            number += 1
    return Catalogue(
        name="Laines du Port",
        kind="mercerie",
        tagline="",
        merchant=MERCHANT,
        accent=(20, 60, 90),
        products=tuple(found),
        categories=CATEGORIES,
        brands=BRANDS,
        attributes=(SIZE, MATTER),
    )


def _product(number: int, n: int, variable: bool) -> Product:
    uses = (AttributeUse(SIZE, ("s", "m", "l"), variation=True),) if variable else (AttributeUse(MATTER, ("laine",)),)
    fields: dict[str, Any] = {
        "name": f"Gilet « n° {n} » & cie",
        "slug": f"gilet-{n}",
        "type": "variable" if variable else "simple",
        "description": f"<p>Le gilet <strong>{n}</strong>, tricoté à Brest.</p>",
        "sku": f"G{n}",
        "regular_price": "" if variable else f"{10 + n % 40}.90",
        "manage_stock": not variable,
        "stock_quantity": None if variable else 3 + n % 7,
        "categories": (10, 11),
        "attributes": uses,
        "created": NOON - 1000,
        "modified": NOON - 1000,
    }
    return Product(id=number, **{**fields, **ODD.get(n, {})})


def _variation(number: int, parent: int, n: int, size: Term, *, disabled: bool) -> Product:
    return Product(
        id=number,
        name=f"Gilet « n° {n} » & cie",
        slug=f"gilet-{n}-{size.slug}",
        type="variation",
        parent=parent,
        status="private" if disabled else "publish",
        regular_price=f"{20 + n % 30}.50",
        manage_stock=True,
        stock_quantity=number % 5,
        stock_status="instock" if number % 5 else "outofstock",
        choice=((SIZE.id, size.slug),),
        images=0,
        created=NOON - 1000,
        modified=NOON - 1000,
    )


@dataclass(frozen=True)
class Reach:
    """A session with one shop, and the connection made of it."""

    session: HttpSession
    connection: ShopConnection


@contextmanager
def behind_tls(catalogue: Catalogue, context: ssl.SSLContext, **switches: Any) -> Iterator[FakeShop]:
    """The shop at https://localhost. Whether WordPress knows that it is https is the switch `assume_https`: many
    do not, where a proxy ends TLS before them."""
    shop = FakeShop(catalogue, "127.0.0.1", **switches)
    shop.host = "localhost"
    shop.url = f"https://localhost:{shop.port}{shop.fake.options.base_path}"
    shop.fake.site.base_url = shop.url
    server = shop._server
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with shop:
        yield shop


def session_for(shop: FakeShop, **options: Any) -> HttpSession:
    """A guarded session that may call this shop."""
    policy = AddressPolicy(frozenset({f"{shop.host}:{shop.port}"}))
    return HttpSession(policy, **{"user_agent": USER_AGENT, "deadline": 60.0, **options})


@contextmanager
def reach(shop: FakeShop, *, keys: bool = False, **options: Any) -> Iterator[Reach]:
    """Reach the shop, with its owner's read key if `keys`."""
    with session_for(shop, **options) as session:
        credentials = Credentials(KEY, SECRET) if keys else None
        yield Reach(session, ShopConnection(url=shop.url + "/", session=session, credentials=credentials))


class WooShop:
    """The small shop as `tests.contracts.connector.ShopUnderTest`."""

    secrets = (SECRET,)

    def __init__(self, shop: FakeShop, connector: Connector, list_route: str) -> None:
        self.connector = connector
        self.shop = shop
        self.url = shop.url + "/"
        self.catalogue_requests = rf"{re.escape(list_route)}\?(?=.*\bpage=)(?!.*type=variation)"
        self._list_route = list_route

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        keys = self.connector.capabilities.needs_credentials
        with reach(self.shop, keys=keys, **session_options) as reached:
            yield reached.connection

    def public_ids(self) -> set[str]:
        return {str(i) for i in self.shop.fake.visible_ids()}

    def shown_prices(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for product in (self.shop.fake.state[int(i)] for i in self.public_ids()):
            family = self.shop.fake.state.variations(product.id) if product.type == "variable" else [product]
            for offer in family:
                if offer.status == "publish":
                    shown = offer.sale_price or offer.regular_price
                    found[str(offer.id)] = round(float(shown) * 100) if shown else None
        return found

    def asked(self) -> list[Asked]:
        return [Asked(s.method, f"{s.path}?{s.query}", s.started, s.status) for s in self.shop.fake.requests]

    def forget_requests(self) -> None:
        self.shop.fake.faults.clear()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        known = {"500": (), "429": ("retry_after",), "hang": ("seconds",), "empty": ("total",)}
        kept = {name: value for name, value in options.items() if name in known.get(kind, ())}
        self.shop.fake.fault(kind, times, match, **kept)  # type: ignore[arg-type]

    def spoil(self, product_id: str) -> None:
        self.shop.fake.override(int(product_id), {"name": 12, "prices": "beaucoup", "images": "aucune", "status": []})

    def unpublish(self, product_id: str) -> None:
        self.shop.fake.set(int(product_id), {"status": "draft"})

    def hide(self, product_id: str) -> None:
        self.shop.fake.set(int(product_id), {"catalog_visibility": "hidden"})

    def delete(self, product_id: str) -> None:
        self.shop.fake.delete(int(product_id))

    def rename(self, product_id: str) -> None:
        self.shop.fake.set(int(product_id), {"name": "Gilet tout neuf"})

    @contextmanager
    def grown(self, products: int) -> Iterator[WooShop]:
        with FakeShop(small_catalogue(products)) as shop:
            yield WooShop(shop, self.connector, self._list_route)
