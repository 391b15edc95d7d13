"""Labelled pairs of our own making: products of many trades, written as shops write them, and their nearest neighbours.

A product has axes (colour, size, count, volume of a series...). Two renderings of one variant are a positive; two
variants that differ on one axis are a hard negative of that axis' family; others are made by rule (an accessory for
it, a refill, next year's, second-hand, a compatible one, a lot, another brand's...). Half of the products are held out:
they are for measuring only. Everything is a function of `SEED`.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import combinations
from pathlib import Path

from aggregator.ingest.matching import Item

SEED = 20261123
HERE = Path(__file__).parent

_OPTIONAL = frozenset({"line", "refill", "decaf", "edition"})
"""Axes where a product may also say nothing: that is the ordinary one."""
_BEFORE = {"count": "lot de {}", "season": "saison {}", "volno": "tome {}", "size": "taille {}",
           "shoe": "pointure {}", "pieces": "{} pièces"}  # fmt: skip
_UNITS = (("ml", "cl", 0.1), ("cl", "ml", 10), ("L", "litres", 1), ("g", "gr", 1), ("kg", "g", 1000), ("Go", "GB", 1),
          ("To", "TB", 1), ("cm", "mm", 10), ("W", "watts", 1), ("V", "volts", 1))  # fmt: skip
_FLUFF = ("NEUF", "- livraison gratuite", "Promo !", "- neuf sous blister", "(produit officiel)", "Nouveau",
          "- qualité supérieure", "- garantie 2 ans", "- meilleur prix", "- en stock")  # fmt: skip
_SHOPS = ("Chez Martin", "Boutique du Port", "Comptoir d'Arvor", "La Malle aux Trésors", "Maison Leroux")
_SAME = {"Téléviseur": "TV", "Smartphone": "Téléphone", "Aspirateur balai": "Aspirateur-balai", "Jeu vidéo": "Jeu",
         "multifonction": "tout-en-un", "Appareil photo compact": "Appareil photo numérique compact",
         "Brosse à dents électrique": "Brosse à dents rechargeable", "sans fil": "wireless"}  # fmt: skip
_ACCESSORIES = ("Housse pour {}", "Coque de protection compatible {}", "Chargeur pour {}", "Batterie compatible {}",
                "Câble USB pour {}", "Support mural pour {}", "Étui en cuir pour {}", "Filtre pour {}",
                "Télécommande pour {}", "Film verre trempé pour {}")  # fmt: skip
_ACCESSORY_TRADES = ("photo", "tv", "tel", "info", "elec", "brico", "sport", "musique")
_PARTS_TRADES = ("elec", "brico", "jardin", "auto", "sport")
_OTHER_BRANDS = {"photo": "Nikon", "tv": "Sony", "tel": "Oppo", "info": "Asus", "elec": "Whirlpool", "brico": "DeWalt",
                 "cuisine": "Cristel", "maison": "Essix", "beaute": "Caudalie", "epicerie": "Alpina", "mode": "Cabaia",
                 "sport": "Kipsta", "jouets": "Mattel", "bebe": "Chicco", "animaux": "Purizon", "papeterie": "Maped",
                 "jardin": "Fiskars", "auto": "Valvoline"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelledPair:
    left: Item
    right: Item
    same: bool
    family: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class _Product:
    trade: str
    noun: str
    brand: str
    model: str
    codes: tuple[str, ...]
    axes: tuple[tuple[str, tuple[str, ...]], ...]
    price: float

    @property
    def held_out(self) -> bool:
        return blake2b(f"{self.noun}{self.brand}".encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class _Variant:
    product: _Product
    code: str
    values: tuple[tuple[str, str], ...]
    """(axis, value); an optional axis may be missing."""

    def other(self, axis: str, value: str) -> _Variant:
        kept = tuple((name, value if name == axis else known) for name, known in self.values)
        return _Variant(self.product, self.code, kept if axis in dict(self.values) else (*kept, (axis, value)))


def all_pairs() -> list[LabelledPair]:
    """Every pair, in one order; those written by hand come last."""
    found: list[LabelledPair] = []
    for number, product in enumerate(_products()):
        rng = random.Random(f"{SEED}-{number}")
        found.extend(_positives(product, rng))
        found.extend(_variants_apart(product, rng))
        found.extend(_made_negatives(product, rng))
    found.extend(_strangers(random.Random(SEED)))
    found.extend(_by_hand())
    return found


def _products() -> list[_Product]:
    found = []
    for line in (HERE / "products.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        trade, noun, brand, model, codes, axes, price = line.split("|")
        told = [axis.split("=") for axis in axes.split(";") if axis]
        named = tuple(
            (name, tuple(values.split("/")) if name != "tyre" else tuple(values.split("/2"))) for name, values in told
        )
        found.append(_Product(trade, noun, brand, model, tuple(c for c in codes.split("/") if c), named, float(price)))
    return found


def _variant(product: _Product, rng: random.Random) -> _Variant:
    values = tuple(
        (name, rng.choice(some)) for name, some in product.axes if name not in _OPTIONAL or rng.random() < 0.25
    )
    return _Variant(product, rng.choice(product.codes) if product.codes else "", values)


# -- how shops write ---------------------------------------------------------------------------------------------------


def _words(variant: _Variant, rng: random.Random, *, brand: bool, noun: bool = True) -> str:
    product = variant.product
    parts = [product.noun if noun else "", product.brand if brand else "", product.model, _code(variant.code, rng)]
    order = rng.random()
    if order < 0.25 and brand:
        parts = [parts[1], parts[2], parts[3], parts[0]]
    elif order < 0.4 and brand:
        parts = [parts[1], parts[0], parts[2], parts[3]]
    axes = [_BEFORE.get(name, "{}").format(_unit(value, rng)) for name, value in variant.values]
    if rng.random() < 0.4:
        rng.shuffle(axes)
    return " ".join(part for part in (*parts, *axes) if part)


def _code(code: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.2:
        return code.replace("-", "")
    if chance < 0.35:
        return code.replace("-", " ")
    return code.lower() if chance < 0.45 else code


def _unit(value: str, rng: random.Random) -> str:
    """The same quantity in another unit, now and then."""
    number, _, unit = value.partition(" ")
    if rng.random() < 0.5 or not number.replace(",", "").isdigit():
        return (
            value.replace(" ", "") if rng.random() < 0.2 and unit in ("ml", "cl", "g", "kg", "Go", "W", "V") else value
        )
    amount = float(number.replace(",", "."))
    for name, other, factor in _UNITS:
        if unit == name:
            return f"{amount * factor:g} {other}".replace(".", ",")
    return value


def _styled(title: str, rng: random.Random, shop: str) -> str:
    for plain, other in _SAME.items():
        if plain in title and rng.random() < 0.3:
            title = title.replace(plain, other)
    if rng.random() < 0.25:
        title = f"{title} {rng.choice(_FLUFF)}"
    if rng.random() < 0.12:
        title = f"{title} | {shop}"
    if rng.random() < 0.12:
        title = title.upper()
    if rng.random() < 0.12:
        title = "".join(c for c in unicodedata.normalize("NFD", title) if not unicodedata.combining(c))
    if rng.random() < 0.06:
        title = _mistyped(title, rng)
    return title


def _mistyped(title: str, rng: random.Random) -> str:
    words = title.split()
    long = [number for number, word in enumerate(words) if len(word) >= 8 and word.isalpha()]
    if long:
        number = rng.choice(long)
        at = rng.randrange(2, len(words[number]) - 1)
        words[number] = words[number][:at] + words[number][at + 1 :]
    return " ".join(words)


def _item(variant: _Variant, rng: random.Random, *, gtin: str = "", title: str = "", price: float = 0.0) -> Item:
    product, shop = variant.product, rng.choice(_SHOPS)
    in_title = rng.random() < 0.8
    told = rng.random() < 0.75 or not in_title
    minor = round((price or product.price) * rng.uniform(0.88, 1.15) * 100) if rng.random() < 0.7 else None
    return Item(
        title=_styled(title or _words(variant, rng, brand=in_title), rng, shop),
        brand=product.brand if told else None,
        gtins=(gtin,) if gtin else (),
        lowest_minor=minor,
        currency="EUR" if minor else None,
        shop_name=shop if rng.random() < 0.9 else "",
    )


def _gtin(variant: _Variant) -> str:
    """A right GTIN-14 that only this variant has."""
    number = int.from_bytes(blake2b(repr(variant).encode(), digest_size=6).digest(), "big") % 10**9
    body = f"0330{number:09d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


# -- pairs -------------------------------------------------------------------------------------------------------------


def _pair(left: Item, right: Item, same: bool, family: str, product: _Product, rng: random.Random) -> LabelledPair:
    if rng.random() < 0.5:
        left, right = right, left
    return LabelledPair(left, right, same, family, product.held_out)


def _positives(product: _Product, rng: random.Random) -> Iterator[LabelledPair]:
    for _ in range(7):
        variant = _variant(product, rng)
        gtin = _gtin(variant)
        both = rng.random()
        told = (gtin, gtin) if both < 0.15 else (gtin, "") if both < 0.35 else ("", "")
        yield _pair(_item(variant, rng, gtin=told[0]), _item(variant, rng, gtin=told[1]), True, "same", product, rng)


def _variants_apart(product: _Product, rng: random.Random) -> Iterator[LabelledPair]:
    for name, values in product.axes:
        for one, other in list(combinations(values, 2))[:3]:
            variant = _variant(product, rng).other(name, one)
            apart = variant.other(name, other)
            yield _apart(variant, apart, name, rng)
        if name in _OPTIONAL:
            variant = _variant(product, rng)
            without = _Variant(product, variant.code, tuple(v for v in variant.values if v[0] != name))
            yield _apart(without, without.other(name, rng.choice(values)), name, rng)
    for one, other in combinations(product.codes, 2):
        variant = _variant(product, rng)
        yield _apart(_Variant(product, one, variant.values), _Variant(product, other, variant.values), "model", rng)


def _apart(one: _Variant, other: _Variant, family: str, rng: random.Random) -> LabelledPair:
    gtins = (_gtin(one), _gtin(other)) if rng.random() < 0.2 else ("", "")
    left, right = _item(one, rng, gtin=gtins[0]), _item(other, rng, gtin=gtins[1])
    return _pair(left, right, False, family, one.product, rng)


def _made_negatives(product: _Product, rng: random.Random) -> Iterator[LabelledPair]:
    variant = _variant(product, rng)
    plain = _item(variant, rng)

    def against(title: str, family: str, price: float = 0.0) -> LabelledPair:
        return _pair(plain, _item(variant, rng, title=title, price=price), False, family, product, rng)

    name = " ".join(part for part in (product.brand, product.model, variant.code) if part)
    words = _words(variant, rng, brand=True)
    if product.trade in _ACCESSORY_TRADES:
        for form in rng.sample(_ACCESSORIES, 3):
            yield against(form.format(name), "accessory:" + form.split()[0].lower(), product.price / 8)
    if product.trade in _PARTS_TRADES:
        yield against(f"Pièce de rechange pour {name}", "part", product.price / 6)
    if "count" not in dict(product.axes) and product.trade not in ("livres", "soft"):
        count = rng.choice((2, 3, 6))
        form = rng.choice(("Lot de {n} - {t}", "{t} x{n}", "{t} (pack de {n})", "{t} par {n}"))
        yield against(form.format(n=count, t=words), "lot", product.price * count * 0.9)
    yield against(
        f"{words} {rng.choice(('- occasion', 'reconditionné', '(used)', '- reconditionnée grade A'))}", "used"
    )
    if product.trade in ("photo", "tel", "sport", "auto", "info") and "year" not in dict(product.axes):
        years = [_item(variant, rng, title=f"{words} {year}") for year in (2024, 2025)]
        yield _pair(years[0], years[1], False, "next year", product, rng)
    if product.trade in _OTHER_BRANDS:
        other = replace(product, brand=_OTHER_BRANDS[product.trade], codes=())
        stranger = _item(_Variant(other, "", variant.values), rng)
        yield _pair(plain, stranger, False, "brand", product, rng)
    if product.noun.split()[0] in ("Cartouche", "Toner", "Capsules", "Aspirateur", "Brosse", "Rasoir"):
        yield against(f"{product.noun.split()[0]} compatible {name}", "compatible", product.price / 3)
    if product.trade in ("beaute", "maison", "elec", "papeterie") and "refill" not in dict(variant.values):
        yield against(f"Recharge pour {words}", "refill for", product.price / 2)
    if product.trade in ("beaute", "epicerie", "cave", "jouets"):
        yield against(f"Coffret cadeau {words} + accessoire", "gift set", product.price * 1.8)


def _strangers(rng: random.Random) -> Iterator[LabelledPair]:
    """Other goods of the same trade, and of the same brand."""
    products = _products()
    for product in products:
        near = [p for p in products if p is not product and p.trade == product.trade and p.held_out == product.held_out]
        if near:
            one, other = _variant(product, rng), _variant(rng.choice(near), rng)
            yield _pair(_item(one, rng), _item(other, rng), False, "stranger", product, rng)


def _by_hand() -> Iterator[LabelledPair]:
    """`label | family | title | brand | price || title | brand | price`; every second one is held out."""
    lines = (HERE / "by_hand.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in lines if line and not line.startswith("#")):
        head, _, right = line.partition(" || ")
        label, family, *left = head.split(" | ")
        yield LabelledPair(_hand(left), _hand(right.split(" | ")), label == "1", family, number % 2 == 1)


def _hand(fields: list[str]) -> Item:
    title, brand, price = (*fields, "", "")[:3]
    minor = round(float(price) * 100) if price.strip() else None
    return Item(title=title.strip(), brand=brand.strip() or None, lowest_minor=minor, currency="EUR" if minor else None)
