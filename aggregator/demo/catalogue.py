"""Catalogues of invented shops, the same on every machine: `generate_shop("clothes", seed=1, products=250)`.

Plausible on purpose, and messy on purpose (see `mess`): what a region's merchants really have in their shops.
"""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime
from typing import Any

from . import mess
from .books import book
from .codes import ean13, siret
from .french import COLOURS, agree, capital, typeset
from .goods import SIZES, Good, Range
from .model import Attribute, AttributeUse, Catalogue, Merchant, Picture, Product, Term
from .places import PLACES
from .ranges import RANGES
from .text import escape_amp, slugify

KINDS = tuple(RANGES)
TODAY = int(datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp())
IMPORTED = int(datetime(2026, 11, 10, 3, tzinfo=UTC).timestamp())  # a bulk import: one second for many products
_YEARS = 3 * 365 * 86400


def generate_shop(kind: str, seed: int = 1, products: int | None = None, tidy: bool = False) -> Catalogue:
    """The invented shop of this kind, with so many products (its own number if None), variations not counted.

    `tidy` leaves the merchant's mess out. Shops of fewer than 60 products are always tidy.
    """
    return _Builder(RANGES[kind], seed, products or RANGES[kind].products, tidy).build()


def merchant_of(shop: Range) -> Merchant:
    """The shop's invented seller; the SIRET passes Luhn and belongs to nobody (no SIREN begins with 000)."""
    number = siret(10_000 + 37 * (KINDS.index(shop.kind) + 1))
    email = f"{slugify(shop.name)}@example.fr"
    place = PLACES[shop.kind]
    return Merchant(shop.legal_name, number, shop.street, place.postal_code, place.commune, email, place.hours)


class _Builder:
    """Makes one catalogue; every draw comes from one seeded generator."""

    def __init__(self, shop: Range, seed: int, count: int, tidy: bool) -> None:
        self.shop, self.seed, self.count = shop, seed, count
        self.tidy = tidy or count < mess.LEAST
        self.chance = random.Random(f"{shop.kind}/{seed}")
        self.categories: dict[tuple[str, str], Term] = {}
        self.brands = [Term(200 + n, name, slugify(name)) for n, name in enumerate(shop.brands)]
        self.tags = [Term(300 + n, name, slugify(name)) for n, name in enumerate(shop.tags)]
        self.colours = shop.colours or tuple(COLOURS)
        self.attributes = self._attributes()
        self.slugs: set[str] = set()
        self.names: set[str] = set()
        self.products: list[Product] = []
        self.next_id = 1000 + self.chance.randrange(200)

    def build(self) -> Catalogue:
        """All products in order of id, then the mess."""
        for n in range(self.count):
            created = TODAY - _YEARS + _YEARS * n // self.count + self.chance.randrange(3000)
            self.products.extend(self._book(n, created) if self.shop.kind == "books" else self._article(n, created))
        products = self.products
        if not self.tidy:
            products = mess.make(products, self.shop.kind, self.chance, TODAY)
        return Catalogue(
            name=self.shop.name,
            kind=self.shop.kind,
            tagline=self.shop.tagline,
            merchant=merchant_of(self.shop),
            accent=self.shop.accent,
            products=tuple(products),
            categories=tuple(self.categories.values()),
            tags=tuple(self.tags),
            brands=tuple(self.brands),
            attributes=tuple(self.attributes.values()),
        )

    # -- terms -------------------------------------------------------------------------------------------------------
    def _attributes(self) -> dict[str, Attribute]:
        values: dict[str, list[str]] = {"Couleur": [capital(c) for c in self.colours]}
        for good in self.shop.goods:
            if good.sizes:
                name, sizes = SIZES[good.sizes]
                listed = values.setdefault(name, [])
                listed += [s for s in sizes if s not in listed]
        found = {}
        for n, (name, words) in enumerate(values.items(), 1):
            terms = tuple(Term(400 + 40 * n + i, w, slugify(w)) for i, w in enumerate(words))
            found[name] = Attribute(n, name, slugify(name), terms)
        return found

    def _category(self, path: tuple[str, str]) -> tuple[int, ...]:
        top = (path[0], "")
        for key in (top, path):
            if key not in self.categories:
                name = key[1] or key[0]
                parent = 0 if key == top else self.categories[top].id
                slug = slugify(name)
                taken = any(t.slug == slug for t in self.categories.values())
                slug = f"{slug}-{slugify(path[0])}" if taken else slug
                self.categories[key] = Term(100 + len(self.categories), name, slug, parent)
        child = self.categories[path].id
        return (self.categories[top].id, child) if self.chance.random() < 0.2 else (child,)

    # -- products ----------------------------------------------------------------------------------------------------
    def _common(self, number: int, created: int, name: str) -> Product:
        """What any product draws: id, slug, dates, SKU, GTIN, stock, tags."""
        chance = self.chance
        self.next_id += 1 + (chance.random() < 0.15) * chance.randrange(1, 4)
        slug = slugify(name)
        if slug in self.slugs:
            slug = f"{slug}-{self.next_id}"
        self.slugs.add(slug)
        imported = chance.random() < 0.09
        modified = IMPORTED if imported else min(created + chance.randrange(1, 300 * 86400), TODAY)
        product = Product(
            id=self.next_id,
            name=name,
            slug=slug,
            created=min(created, modified),
            modified=modified,
            sku=f"{self.shop.kind[:3].upper()}-{number + 1:04}" if chance.random() < 0.95 else "",
            tags=(chance.choice(self.tags).id,) if chance.random() < 0.3 else (),
            images=chance.choice((1, 1, 1, 2, 2, 3)),
            total_sales=int(chance.expovariate(1 / 8)),
            featured=chance.random() < 0.03,
        )
        if chance.random() < 0.6:
            product = dataclasses.replace(product, global_unique_id=ean13(self._gtin_stem(number)))
        return dataclasses.replace(product, **self._stock())

    def _gtin_stem(self, number: int) -> str:
        return f"2{KINDS.index(self.shop.kind) + 10:02}{self.seed % 100:02}{number:07}"

    def _stock(self) -> dict[str, Any]:
        draw = self.chance.random()
        if draw < 0.55:
            return {"manage_stock": True, "stock_quantity": 1 + int(self.chance.expovariate(1 / 9))}
        if draw < 0.61:
            return {"manage_stock": True, "stock_quantity": 0, "stock_status": "outofstock"}
        if draw < 0.63:
            return {"stock_status": "outofstock"}
        if draw < 0.66:
            quantity = -self.chance.randrange(4)
            waiting = {"manage_stock": True, "stock_quantity": quantity, "backorders": "notify"}
            return {**waiting, "stock_status": "onbackorder"}
        return {}

    def _prices(self, low: int, high: int, ending: str = "") -> dict[str, Any]:
        chance = self.chance
        whole = round(low + (high - low) * chance.betavariate(2, 3))
        usual = (".90", ".90", ".9", ".00", "", ".50", ".95") if whole < 200 else (".00", "", ".00", ".90")
        ending = ending or chance.choice(usual)
        prices = {"regular_price": f"{whole}{ending}"}
        if chance.random() < 0.09 and self.shop.kind != "books":  # a book costs the same everywhere (law of 1981)
            reduced = max(round(whole * chance.choice((0.7, 0.75, 0.8, 0.9))), 1)
            prices["sale_price"] = f"{reduced}.{chance.choice('59')}0"
            if float(prices["sale_price"]) >= float(prices["regular_price"]):
                del prices["sale_price"]
        return prices

    def _book(self, number: int, created: int) -> list[Product]:
        draft = book(self.chance, self.names)
        self.names.add(draft.name)
        common = self._common(number, created, draft.name)
        colour = COLOURS[self.chance.choice(self.colours)]
        product = dataclasses.replace(
            common,
            description=draft.description,
            short_description=draft.short_description,
            categories=self._category(draft.category),
            brands=(self.chance.choice(self.brands).id,),
            picture=Picture("book", colour, draft.name.split(" – ")[0]),
            weight="0.3",
            **self._prices(*draft.price, ending=self.chance.choice((".90", ".50", ".00"))),
        )
        return [product]

    def _article(self, number: int, created: int) -> list[Product]:
        good = self.chance.choice(self.shop.goods)
        brand = self.chance.choice(self.brands)
        colour = self.chance.choice(self.colours)
        variable = (good.sizes or good.coloured) and self.chance.random() < self.shop.variable
        by_size = bool(good.sizes) and (self.chance.random() < 0.8 or not good.coloured)
        name, subject = self._title(good, colour, with_colour=not variable or by_size)
        common = self._common(number, created, name)
        description, short = self._texts(good, subject, brand.name)
        product = dataclasses.replace(
            common,
            description=description,
            short_description=short,
            categories=self._category(good.category),
            brands=(brand.id,),
            picture=Picture(good.shape, COLOURS[colour]),
            attributes=self._simple_attributes(good, colour),
            **self._prices(*good.price),
        )
        if variable:
            return self._with_variations(product, good, colour, by_size)
        if self.shop.unpriced and self.chance.random() < self.shop.unpriced:
            product = dataclasses.replace(product, regular_price="", sale_price="")
        return [product]

    def _title(self, good: Good, colour: str, with_colour: bool) -> tuple[str, tuple[str, str]]:
        """A name not yet taken, and the subject of its sentences: ("Cette robe longue en lin", "cette robe longue")."""
        chance = self.chance
        for _ in range(40):
            kind, making = chance.choice(good.kinds), chance.choice(good.makings)
            model = f" {chance.choice(self.shop.models)}" if good.named and self.shop.models else ""
            noun = capital(good.noun.text)
            ending = f", {colour}" if good.coloured and with_colour and chance.random() < 0.6 else ""
            form = chance.random()
            name = f"{noun} {kind}{model} {making}{ending}"
            if form < 0.35 and model:
                name = f"{noun}{model} {making}{ending}"
            elif form < 0.5 and model:
                name = f"{noun} {kind}{model}{ending}"
            if name not in self.names:
                break
        self.names.add(name)
        short = f"{good.noun.this} {kind}"
        return typeset(name), (f"{short} {making}", short[0].lower() + short[1:])

    def _texts(self, good: Good, subject: tuple[str, str], brand: str) -> tuple[str, str]:
        """(description, short description) in HTML: two to four sentences."""
        chance, shop = self.chance, self.shop
        more, ends = shop.aside.get(good.category[0], (shop.more, shop.ends))
        opening = capital(agree(chance.choice(good.says), good.noun, N=subject[0], n=subject[1]))
        middle = [agree(s, good.noun) for s in chance.sample(more, chance.choice((0, 1, 1, 2)))]
        text = typeset(" ".join([opening, *middle]))
        end = typeset(chance.choice(ends))
        description = f"<p>{text}</p>\n<p>{end}</p>\n"
        short = f"<p>{typeset(opening)}</p>\n" if chance.random() < 0.35 else ""
        if chance.random() < 0.25:
            here = f"Référence en stock à {PLACES[shop.kind].commune}"
            description += f"<ul>\n<li>Marque : {escape_amp(brand)}</li>\n<li>{here}</li>\n</ul>\n"
        return description.replace("Marque :", "Marque\u00a0:"), short

    def _simple_attributes(self, good: Good, colour: str) -> tuple[AttributeUse, ...]:
        if not good.coloured or self.chance.random() < 0.5:
            return ()
        return (AttributeUse(self.attributes["Couleur"], (slugify(colour),)),)

    def _with_variations(self, parent: Product, good: Good, colour: str, by_size: bool) -> list[Product]:
        """The parent and its variations: by size, by colour, or by both."""
        chance = self.chance
        uses: list[AttributeUse] = []
        if by_size:
            name, sizes = SIZES[good.sizes]
            first = chance.randrange(max(len(sizes) - 3, 1))
            wanted = sizes[first : first + chance.randrange(3, 7)]
            uses.append(AttributeUse(self.attributes[name], tuple(slugify(s) for s in wanted), variation=True))
        if good.coloured and (not by_size or chance.random() < 0.2):
            others = chance.sample([c for c in self.colours if c != colour], chance.choice((1, 2, 2, 3)))
            listed = tuple(slugify(c) for c in (colour, *others))[: 2 if by_size else 4]
            uses.append(AttributeUse(self.attributes["Couleur"], listed, variation=True))
        choices: list[tuple[tuple[int, str], ...]] = [()]
        for use in uses:
            choices = [(*c, (use.attribute.id, option)) for c in choices for option in use.options]
        base, family = parent, []
        parent = dataclasses.replace(
            parent, type="variable", attributes=tuple(uses), regular_price="", sale_price="", global_unique_id="",
            manage_stock=False, stock_quantity=None, stock_status="instock", backorders="no",
        )  # fmt: skip
        dearer = chance.random() < 0.25
        for n, choice in enumerate(choices):
            family.append(self._variation(base, parent, n, choice, dearer))
        return [parent, *family]

    def _variation(
        self, base: Product, parent: Product, nth: int, choice: tuple[tuple[int, str], ...], dearer: bool
    ) -> Product:
        self.next_id += 1
        price = base.regular_price
        if dearer and nth:
            price = f"{float(price) + 2 * nth:.2f}"
        stock = self._stock()
        variation = Product(
            id=self.next_id,
            name=parent.name,
            slug=f"{parent.slug}-{'-'.join(v for _, v in choice)}",
            type="variation",
            parent=parent.id,
            choice=choice,
            sku=f"{parent.sku}-{nth + 1}" if parent.sku and self.chance.random() < 0.9 else "",
            global_unique_id=ean13(f"29{self._gtin_stem(parent.id % 10_000)[1:5]}{parent.id % 10_000:04}{nth:02}")
            if base.global_unique_id
            else "",
            regular_price=price,
            sale_price=base.sale_price if not dearer else "",
            created=parent.created,
            modified=parent.modified,
            menu_order=nth,
        )
        return dataclasses.replace(variation, **stock)
