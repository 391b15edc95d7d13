"""Generated French offers: any number, in constant memory, each a pure function of the seed, the size and its id.

What a product is (category, noun, brand, model, colour, GTIN) depends on its number alone, how a shop sells it (title,
price, stock, its own category names) on the shop and the listing: 40 % of the listings are of products that no other
shop has, the others of products that 2 to 10 shops have, a third of all products. Titles are as merchants write them:
in capitals, without accents, brand or model first, with or without what the thing is, stuffed, now and then mistyped.
Words follow Zipf's law: the titles of a million offers have some 300,000 different ones.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from math import gcd
from struct import Struct

from tests.bench import places
from tests.bench.texts import describe
from tests.bench.vocabulary import COLOURS, SHADES, USES, Leaf, any_brand, any_word, leaves
from tests.bench.vocabulary import NAMES as MODEL_NAMES

SHOPS = 2_000
NEWEST = 1_795_000_000
"""Unix seconds of the newest listing; the oldest is two years older."""

_SIXTEEN = Struct("<16I")
_EIGHT = Struct("<8I")
_KEY = Struct("<3q")
_COPIES = ((0.24, 2), (0.15, 3), (0.11, 5), (0.10, 10))
"""Share of the listings whose product is in so many shops; the rest are alone."""
_PIECES = 1024
_AVAILABILITY = ("InStock",) * 78 + ("OutOfStock",) * 12 + ("BackOrder",) * 4 + ("",) * 6
_ENDINGS = (0, 90, 99, 95, 50, 0, 90, 0)


def size_of(text: str) -> int:
    """ "50k" -> 50,000; "5M" -> 5,000,000."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(float(text[:-1] if factor > 1 else text) * factor)


@dataclass(frozen=True, slots=True)
class Shop:
    shop_id: int
    name: str
    town: str
    insee: str
    latitude: float
    longitude: float
    style: int
    """How it writes titles."""
    naming: int
    """How it names its categories."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a thing is, whoever sells it. `bits` are what is left to chance for its texts."""

    number: int
    copies: int
    leaf: Leaf
    noun: int
    kind: str
    brand: str
    model: str
    material: str
    colour: tuple[str, str, str, str] | None
    shade: str
    size: str
    gtin: str
    price: float
    bits: tuple[int, ...]

    @property
    def name(self) -> str:
        """What it is, in plain words: "table basse"."""
        return self.leaf.nouns[self.noun].plain

    @property
    def tone(self) -> str:
        """Its colour, agreeing with the noun; "" where it has none."""
        return self.colour[self.leaf.nouns[self.noun].gender] + self.shade if self.colour else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing of one shop."""

    listing_id: int
    shop: Shop
    product: Product
    title: str
    brand: str
    category_path: tuple[str, ...]
    description: str
    attributes: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    """GTIN (or "") and the shop's own reference."""
    price_minor: int | None
    availability: str
    condition: str
    first_seen: int

    @property
    def product_id(self) -> int | None:
        """Number of a product that several shops have."""
        return self.product.number + 1 if self.product.copies > 1 else None


class Catalogue:
    """`size` listings with the ids 1 to `size`; the same seed and size make the same ones."""

    def __init__(self, size: int, seed: int = 7) -> None:
        self.size = size
        self.seed = seed
        self.shops = _shops(seed)
        self._step = next(step for step in range(int(size * 0.618) | 1, size + 10**6) if gcd(step, size) == 1)
        self._groups = _groups(size)
        self._leaves = _weighted_leaves(seed)
        self._sellers = _sellers(self.shops, seed)

    def __iter__(self) -> Iterator[Offer]:
        return map(self.offer, range(1, self.size + 1))

    def offer(self, listing_id: int) -> Offer:
        """The listing with this id."""
        number, copy, copies = self._placed(listing_id)
        return self._listing(listing_id, copy, self.product(number, copies))

    def _placed(self, listing_id: int) -> tuple[int, int, int]:
        """Number of the listing's product, which of its copies it is, and how many there are."""
        slot = listing_id * self._step % self.size
        for first, product, copies in self._groups:
            if slot >= first:
                return product + (slot - first) // copies, (slot - first) % copies, copies
        raise AssertionError(slot)

    def product(self, number: int, copies: int = 1) -> Product:
        bits = _SIXTEEN.unpack(blake2b(_KEY.pack(self.seed, 1, number), digest_size=64).digest())
        leaf = self._leaves[bits[0] % _PIECES]
        noun = (bits[1] >> 16) * (bits[1] & 0xFFFF) * len(leaf.nouns) >> 32
        chance = bits[2] % 100
        brand = leaf.brands[(bits[3] >> 16) * (bits[3] & 0xFFFF) * 60 >> 32] if chance < 68 else ""
        if 68 <= chance < 88:
            brand = any_brand(bits[3])
        return Product(
            number=number,
            copies=copies,
            leaf=leaf,
            noun=noun,
            kind=leaf.kinds[bits[4] % len(leaf.kinds)] if bits[4] >> 16 & 3 else "",
            brand=brand,
            model=_model(leaf, bits[5], bits[6]),
            material=leaf.materials[bits[7] % len(leaf.materials)] if leaf.materials and bits[7] >> 20 & 1 else "",
            colour=COLOURS[(bits[8] >> 16 & 0xFF) * (bits[8] >> 24) * len(COLOURS) >> 16]
            if leaf.coloured and bits[8] & 7 < 5
            else None,
            shade=SHADES[bits[8] >> 4 & 0xFFF] if bits[8] >> 4 & 0xFFF < len(SHADES) else "",
            size=leaf.sizes[bits[9] % len(leaf.sizes)] if leaf.sizes and bits[9] >> 20 & 1 else "",
            gtin=_gtin(bits[10]) if bits[10] % 10 < 6 else "",
            price=leaf.low * leaf.ratio ** (bits[11] * bits[12] / 2**64),
            bits=bits[12:],
        )

    def _seller(self, product: Product, copy: int) -> int:
        """Which shop has this copy: each another one."""
        sellers = self._sellers[product.leaf.top]
        place, taken = product.bits[0], [sellers[product.bits[0] % len(sellers)]]
        while len(taken) <= copy:
            place += 411
            found = sellers[place % len(sellers)]
            if found not in taken:
                taken.append(found)
        return taken[copy]

    def _listing(self, listing_id: int, copy: int, product: Product) -> Offer:
        bits = _EIGHT.unpack(blake2b(_KEY.pack(self.seed, 2, listing_id), digest_size=32).digest())
        shop = self.shops[self._seller(product, copy)]
        leaf, chance = product.leaf, bits[0]
        paths = leaf.paths
        path = paths[shop.naming % len(paths)] if chance & 7 else paths[chance >> 8 & 1]
        title = _title(product, shop.style if chance >> 9 & 7 else chance >> 12, bits[1], shop.name)
        if chance >> 16 & 0xFF == 0:
            title = mistyped(title, bits[2])
        price = product.price * (0.88 + (bits[3] & 0xFF) / 1024)
        minor = max(50, int(price) * 100 + _ENDINGS[bits[3] >> 8 & 7])
        tone = product.tone
        attributes: list[tuple[str, str]] = []
        if tone and chance >> 25 & 1:
            attributes.append(("Couleur", tone.capitalize()))
        if product.material and chance >> 26 & 1:
            attributes.append(("Matière", product.material.capitalize()))
        if leaf.sizes and chance >> 27 & 1:
            first = bits[4] % max(1, len(leaf.sizes) - 4)
            attributes += [("Taille", size) for size in leaf.sizes[first : first + 1 + (bits[4] >> 8 & 3)]]
        return Offer(
            listing_id=listing_id,
            shop=shop,
            product=product,
            title=title,
            brand=product.brand if chance >> 28 & 7 else "",
            category_path=path,
            description=describe(product, bits[5], shop.name),
            attributes=tuple(attributes),
            codes=(product.gtin if bits[6] & 3 else "", f"{shop.name[:3].upper()}-{listing_id * 7919 % 10_000_019}"),
            price_minor=minor if bits[6] >> 8 & 0xFF else None,
            availability=_AVAILABILITY[bits[7] % 100],
            condition=("used", "refurbished")[bits[7] >> 16 & 1] if bits[7] >> 20 & 15 == 0 else "new",
            first_seen=NEWEST - bits[7] % 63_000_000,
        )


def _groups(size: int) -> list[tuple[int, int, int]]:
    """From the last: (first slot, first product, copies). Slots of one product lie side by side."""
    found, slot, product = [], 0, 0
    for share, copies in _COPIES:
        found.append((slot, product, copies))
        products = int(size * share) // copies
        slot += products * copies
        product += products
    found.append((slot, product, 1))
    return found[::-1]


def _weighted_leaves(seed: int) -> list[Leaf]:
    """Categories in a table of 1,024, the largest some twenty times the smallest."""
    rng = random.Random(seed)
    every = list(leaves())
    weights = [1 / (0.6 + 8 * rng.random()) for _ in every]
    return rng.choices(every, weights, k=_PIECES - len(every)) + every


def _shops(seed: int) -> tuple[Shop, ...]:
    rng = random.Random(seed + 1)
    towns = places.towns()
    standing = rng.choices(towns, [town.population for town in towns], k=SHOPS)
    kinds = ("Boutique", "Maison", "Atelier", "Au", "Chez", "Comptoir", "La", "L'Échoppe", "Le Marché", "")
    found = []
    for number, town in enumerate(standing, 1):
        name = f"{rng.choice(kinds)} {any_word(rng.getrandbits(32)).capitalize()}".strip()
        found.append(
            Shop(
                shop_id=number,
                name=f"{name} {town.name}" if rng.random() < 0.15 else name,
                town=town.name,
                insee=town.insee,
                latitude=round(town.latitude + rng.gauss(0, 0.01), 4),
                longitude=round(town.longitude + rng.gauss(0, 0.01), 4),
                style=rng.randrange(4096),
                naming=int(abs(rng.gauss(0, 3))),
            )
        )
    return tuple(found)


def _sellers(shops: tuple[Shop, ...], seed: int) -> dict[str, list[int]]:
    """Who sells what is under a top category: positions of shops, large ones oftener. Each has one to three."""
    rng = random.Random(seed + 2)
    tops = list(dict.fromkeys(leaf.top for leaf in leaves()))
    sells: dict[str, list[int]] = {top: [] for top in tops}
    for position in range(len(shops)):
        for top in rng.sample(tops, rng.choice((1, 1, 2, 2, 3))):
            sells[top].append(position)
    found = {}
    for top, positions in sells.items():
        rng.shuffle(positions)
        weights = [1 / (rank + 3) for rank in range(len(positions))]
        found[top] = positions + rng.choices(positions, weights, k=4096)
    return found


def _model(leaf: Leaf, first: int, second: int) -> str:
    """A model's number or name, or none; the names of those that everybody has are common first names."""
    if leaf.numbered and first & 3:
        letters = chr(65 + (first >> 2) % 26) + (chr(65 + (first >> 8) % 26) if first >> 14 & 1 else "")
        hyphen = "" if first >> 15 & 3 else "-"
        last = "" if first >> 17 & 3 else chr(65 + second % 7)
        return f"{letters}{hyphen}{10 + second % (9990 if second >> 30 else 89_990)}{last}"
    if leaf.named and first & 12:
        if first >> 4 & 3 == 0:
            return MODEL_NAMES[(second >> 16) * (second & 0xFFFF) * len(MODEL_NAMES) >> 32]
        return any_word(second).capitalize()
    if leaf.titled:  # books, records, films
        return f"{any_word(second).capitalize()} et {('le', 'la', 'les')[first % 3]} {any_word(first)}"
    return ""


def _gtin(bits: int) -> str:
    twelve = f"3{bits:010d}{bits & 7}"[:12]
    total = sum(map(int, twelve[::2])) + 3 * sum(map(int, twelve[1::2]))
    return f"{twelve}{-total % 10}"


def _title(product: Product, style: int, bits: int, shop: str) -> str:
    """The product as this shop names it. `style` is the shop's, in 12 bits."""
    leaf = product.leaf
    noun = leaf.nouns[product.noun]
    many = product.size.startswith(("lot", "x", "par"))
    form = noun.forms[1 if many and bits & 1 else 0]
    what = f"{form} {product.kind}" if product.kind and bits & 6 else form
    colour = product.colour
    tone = colour[noun.gender + (2 if form != noun.plain else 0)] + product.shade if colour and bits & 24 else ""
    material = product.material and (f"en {product.material}" if bits & 32 else product.material)
    if bits & 192 == 0:
        material = ""
    size = product.size if bits & 768 else ""
    parts: tuple[str, ...]
    match style & 15:
        case 0 | 1 | 2 | 3:
            parts = (what, material, tone, product.brand, product.model, size)
        case 4 | 5:
            parts = (product.brand.upper(), product.model, "-", what, tone, size)
        case 6 | 7:
            parts = (
                what,
                product.brand,
                product.model,
                material and "| " + material,
                tone and "| " + tone.capitalize(),
            )
        case 8:
            parts = (product.brand and product.brand + " -", what, product.model, tone and "- " + tone, size)
        case 9 | 10:
            parts = (product.model and product.model + " -", what, tone, material, size)
        case 11:  # what it is goes without saying, as its maker's customers know
            parts = (
                (product.brand, product.model, tone, size) if product.model and product.brand else (what, tone, size)
            )
        case 12:
            parts = (what, tone)
        case _:
            parts = (what, material, product.model, tone, size, "-", USES[bits >> 10 & 15], product.brand)
    title = " ".join(part for part in parts if part)
    if bits >> 16 & 15 < 2:
        title = f"{title} - {USES[bits >> 20 & 15]}" if bits >> 16 & 1 else f"{title} réf. {bits >> 10}"
    match style >> 4 & 15:
        case 0 | 1:
            title = title.upper()
        case 2 | 3:
            title = unaccented(title)
        case 4:
            title = title.title()
        case 5:
            title = f"{title} - {shop}"
    return title[:1].upper() + title[1:]


def unaccented(text: str) -> str:
    if text.isascii():
        return text
    text = text.replace("œ", "oe").replace("Œ", "OE")
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


def mistyped(text: str, bits: int) -> str:
    """One slip in one of the longer words: a letter less, twice, another, or two swapped."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    place = long[bits % len(long)]
    words[place] = slip(words[place], bits >> 8)
    return " ".join(words)


def slip(word: str, bits: int) -> str:
    """The word with one typing error, behind its first letter; never the word itself."""
    at = 1 + bits % (len(word) - 2)
    match bits >> 8 & 3:
        case 0:
            return word[:at] + word[at + 1 :]
        case 1 if word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + word[at] + word[at:]
    near = _NEAR.get(word[at].lower(), "e")
    return word[:at] + near[(bits >> 10) % len(near)] + word[at + 1 :]


_KEYS = """
azq erz iuo oip uiy try sdq rte nbh lkm cvx dsf pom ml vcb bvn gfh fdg hgj jhk kjl qsa xwc zae ytu wx
éer ète àau êre çc ôo îi ûu âa ïi ëe ùu
"""
_NEAR = {key[0]: key[1:] for key in _KEYS.split()}
"""Keys beside a key of the French keyboard."""
