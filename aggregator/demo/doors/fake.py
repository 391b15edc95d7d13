"""What the fakes of all doors share: the catalogue and its merchant's hands, faults, the log, pages, photos."""

from __future__ import annotations

import html
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import unquote

from ..answer import Answer, Request
from ..faults import Fault, Troubled, spoilt
from ..look import footer, style
from ..model import Catalogue, Product
from ..pictures import draw
from ..pricing import euros, is_on_sale
from ..state import ShopState

_PHOTO = re.compile(r"/photos/(\d+)-(\d)\.jpg")


@dataclass(frozen=True, slots=True)
class DoorOptions:
    """The switches of one fake.

    `robots`: the shop's own robots.txt (None: the platform's). `open`: its list answers. `locked`: the shop is closed
    by a password. `tells_currency`: it names its currency where the platform does.
    """

    robots: str | None = None
    open: bool = True
    locked: bool = False
    tells_currency: bool = True
    currency: str = "EUR"
    base_path: str = ""
    latency_ms: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sold:
    """One thing that can be put in the basket: a simple product, or one of its variations."""

    product: Product
    price: str
    regular: str
    """Above `price` where it is reduced; the same where it is not."""
    choice: tuple[tuple[str, str], ...]
    """(attribute, value) as shown."""

    @property
    def buyable(self) -> bool:
        return self.product.stock_status != "outofstock" and self.price != ""

    @property
    def quantity(self) -> int | None:
        """What is left, where the merchant counts."""
        return max(self.product.stock_quantity or 0, 0) if self.product.manage_stock else None


class FakeDoor(Troubled, ABC):
    """One fake shop. Thread-safe. The merchant's hands are `ShopState`'s; faults and the log as in any fake."""

    robots: ClassVar[str]
    """The platform's own robots.txt."""

    def __init__(
        self, catalogue: Catalogue, options: DoorOptions | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.options = options or DoorOptions()
        self.catalogue = catalogue
        self.state = ShopState(catalogue, now)
        super().__init__()
        self.base_url = "http://127.0.0.1"
        self.set, self.delete, self.add = self.state.set, self.state.delete, self.state.add
        self.override, self.trash, self.sql_set = self.state.override, self.state.trash, self.state.sql_set
        self._attributes = {a.id: a for a in catalogue.attributes}
        self._terms = {t.id: t.name for t in catalogue.categories}
        self._brands = {t.id: t.name for t in catalogue.brands}

    # -- what the platform tells ---------------------------------------------------------------------------------------
    @abstractmethod
    def dispatch(self, request: Request) -> Answer:
        """Everything but robots.txt and photos. The state's lock is held."""

    @abstractmethod
    def page_path(self, product: Product) -> str:
        """A product's page."""

    head = ""
    """What the platform puts into every page's head."""

    # -- controls ----------------------------------------------------------------------------------------------------
    @property
    def base_path(self) -> str:
        """The folder that the shop is in."""
        return self.options.base_path

    # -- the catalogue -------------------------------------------------------------------------------------------------
    def listed(self) -> list[Product]:
        """What every visitor sees, newest first."""
        with self.state.lock:
            public = [
                p
                for p in self.state.products()
                if p.status == "publish" and p.catalog_visibility == "visible" and not p.post_password
            ]
        return sorted(public, key=lambda p: (-p.created, -p.id))

    def named(self, slug: str) -> Product | None:
        """The public product at this address."""
        return next((p for p in self.listed() if p.slug == unquote(slug)), None)

    def sold(self, product: Product) -> list[Sold]:
        """What can be chosen on a product's page."""
        family = self.state.variations(product.id) if product.type == "variable" else [product]
        return [self._sold(one) for one in family if one.status == "publish"]

    def _sold(self, one: Product) -> Sold:
        price = one.sale_price if is_on_sale(one, self.state.now()) else one.regular_price
        chosen = ((self._attributes[a], slug) for a, slug in one.choice if slug)
        return Sold(one, price, one.regular_price, tuple((a.name, a.term(slug).name) for a, slug in chosen))

    def option_names(self, product: Product) -> list[str]:
        """What its variations differ by."""
        return [use.attribute.name for use in product.attributes if use.variation]

    def category(self, product: Product) -> str:
        """The deepest category's name."""
        return next((self._terms[n] for n in reversed(product.categories) if n in self._terms), "")

    def brand(self, product: Product) -> str:
        return next((self._brands[n] for n in product.brands if n in self._brands), "")

    def photos(self, product: Product) -> list[str]:
        return [f"{self.base_url}/photos/{product.id}-{n}.jpg" for n in range(product.images)]

    def overridden(self, product: Product, told: Mapping[str, Any]) -> dict[str, Any]:
        """What is told of a product, with what `override` put over it."""
        item = dict(told)
        for _, fields in self.state.overrides.get(product.id, []):
            item |= fields
        return item

    # -- answering ---------------------------------------------------------------------------------------------------
    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, after the time that the shop takes, and as `fault` leaves it."""
        if found := _PHOTO.fullmatch(unquote(request.path)):
            answer = self._photo(int(found[1]), int(found[2]))
        elif request.path == "/robots.txt":
            text = self.robots if self.options.robots is None else self.options.robots
            answer = Answer(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        else:
            with self.state.lock:
                answer = self.dispatch(request)
        base, per_item = self.options.latency_ms
        if pause := (base + per_item * answer.items) / 1000:
            time.sleep(pause)
        return spoilt(fault, answer) if fault else answer

    def _photo(self, number: int, nth: int) -> Answer:
        with self.state.lock:
            product = self.state.entries.get(number)
        if product is None or product.picture is None or nth >= product.images:
            return self.missing()
        return Answer(200, draw(product.picture, number * 10 + nth), {"Content-Type": "image/jpeg"})

    # -- pages -------------------------------------------------------------------------------------------------------
    def home(self, headers: Mapping[str, str] | None = None) -> Answer:
        """The newest products, as cards."""
        return self.framed(self.catalogue.name, f'<ul class="grid">{"".join(self._cards())}</ul>', headers=headers)

    def _cards(self) -> Iterator[str]:
        for product in self.listed()[:24]:
            photo = next(iter(self.photos(product)), "")
            image = f'<img src="{photo}" alt="" width="600" height="600" loading="lazy">' if photo else ""
            link = f"{self.base_url}{self.page_path(product)}"
            yield f'<li><a href="{link}">{image}{html.escape(product.name)}</a></li>'

    def article(self, product: Product, extra: str = "") -> Answer:
        """A product's page: its name, its cheapest price, its text."""
        prices = [one.price for one in self.sold(product) if one.price]
        price = f"{euros(min(prices, key=float))}&nbsp;€" if prices else "Sur demande"
        body = (
            f'<div class="product"><h1>{html.escape(product.name)}</h1><p class="price">{price}</p>'
            f"{self.catalogue.description_of(product)}</div>{extra}"
        )
        return self.framed(product.name, body)

    def missing(self) -> Answer:
        return self.framed("Page introuvable", "<h1>Page introuvable</h1>", 404)

    def framed(self, title: str, body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        catalogue = self.catalogue
        return Answer.html(
            f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'{self.head}<style>{style(catalogue.accent)}</style></head><body><header><div class="w">'
            f'<a href="{self.base_url}/"><strong>{html.escape(catalogue.name)}</strong></a></div></header>'
            f'<main class="w">{body}</main>{footer(catalogue.merchant)}</body></html>\n',
            status,
            headers,
        )
