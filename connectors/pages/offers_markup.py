"""Pure: schema.org's Offer in all the shapes that shops give it, as `SeenOffer`s.

Nodes are JSON objects whose references are already resolved (`graph`); microdata and RDFa come in the same shape, every
value in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from connectors.pages import machine
from connectors.pages.page import Page
from connectors.pages.seen import SeenOffer
from connectors.records import Attribute

Node = dict[str, Any]
Resolve = Callable[[Any], Any]
MAX_OFFERS: Final = 500
GTIN_KEYS: Final = ("gtin13", "gtin", "gtin14", "gtin12", "gtin8", "ean", "ean13", "isbn", "upc", "barcode")
_VARIANT_KEYS: Final = {"color": "Couleur", "size": "Taille", "material": "Matière", "pattern": "Motif"}
"""schema.org's own variant properties, named as a French shopper reads them."""


def types(node: Node) -> tuple[str, ...]:
    """The node's types without their address: "http://schema.org/Product" is "Product"."""
    raw = node.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return tuple(bare_type(name) for name in names[:10] if isinstance(name, str))


def bare_type(name: str) -> str:
    """A type's last part: "product" and "schema:Product" are "Product"."""
    found = name.strip().rstrip("/").replace("#", "/").rpartition("/")[2].rpartition(":")[2][:60]
    return _SPELLED.get(found.lower(), found)


_SPELLED: Final = {
    name.lower(): name
    for name in (
        "Product",
        "ProductGroup",
        "ProductModel",
        "Offer",
        "AggregateOffer",
        "BreadcrumbList",
        "ItemList",
        "Book",
    )
}


def nodes(raw: Any, resolve: Resolve, depth: int = 0) -> Iterator[Node]:
    """The objects in a value: itself, or those of its lists, references followed."""
    if isinstance(raw, list):
        if depth < 4:
            for item in raw[:MAX_OFFERS]:
                yield from nodes(item, resolve, depth + 1)
    elif isinstance(raw, dict):
        found = resolve(raw)
        if isinstance(found, dict):
            yield found
    elif isinstance(raw, str) and isinstance(found := resolve(raw), dict):
        yield found


def variant_attributes(node: Node, resolve: Resolve) -> tuple[Attribute, ...]:
    """What tells a variant from its sisters: its own properties and additionalProperty."""
    found = [pair for key, label in _VARIANT_KEYS.items() if (pair := machine.pair(label, node.get(key)))]
    return (*found, *extra_attributes(node, resolve))


def extra_attributes(node: Node, resolve: Resolve) -> tuple[Attribute, ...]:
    pairs = (machine.pair(one.get("name"), one.get("value")) for one in nodes(node.get("additionalProperty"), resolve))
    return tuple(dict.fromkeys(pair for pair in pairs if pair))[:40]


def images(raw: Any, page: Page, resolve: Resolve, limit: int = machine.MAX_IMAGES) -> tuple[str, ...]:
    """Absolute addresses of pictures given as text, ImageObject or lists of them."""
    found: dict[str, None] = {}
    for item in (raw if isinstance(raw, list) else [raw])[: limit * 3]:
        value: Any = item
        if isinstance(item, dict):
            item = resolve(item)
            value = item.get("contentUrl") or item.get("url") or item.get("@id") if isinstance(item, dict) else None
        elif isinstance(item, list):
            value = item[0] if item else None
        address = page.absolute(machine.scalar(value))
        if address:
            found[address] = None
            if len(found) == limit:
                break
    return tuple(found)


@dataclass(slots=True)
class _Money:
    price: str | None = None
    list_price: str | None = None
    currency: str | None = None
    highest: str | None = None


@dataclass(frozen=True, slots=True)
class OfferReader:
    """Reads the offers of one page. `resolve` follows "@id" references."""

    page: Page
    resolve: Resolve

    def read(self, raw: Any) -> tuple[SeenOffer, ...]:
        """Every offer in a product's `offers`; an AggregateOffer with offers inside gives those."""
        found: list[SeenOffer] = []
        for node in nodes(raw, self.resolve):
            found.extend(self._of_node(node))
            if len(found) >= MAX_OFFERS:
                break
        return tuple(dict.fromkeys(found))[:MAX_OFFERS]

    def _of_node(self, node: Node) -> Iterator[SeenOffer]:
        inner = [one for one in nodes(node.get("offers"), self.resolve) if one is not node]
        if not inner:
            yield self._offer(node, {})
            return
        within = [self._offer(one, node) for one in inner]
        if any(offer.price for offer in within):
            yield from within
        else:
            yield self._offer(node, {})

    def _offer(self, node: Node, around: Node) -> SeenOffer:
        item = next(nodes(node.get("itemOffered"), self.resolve), {})
        money = self._money(node, self.currency(node) or self.currency(around))
        good, bad = machine.first_gtin(one[key] for one in (node, item) for key in GTIN_KEYS if key in one)
        url = self.page.absolute(machine.scalar(node.get("url")) or machine.scalar(item.get("url")))
        return SeenOffer(
            price=money.price,
            list_price=money.list_price,
            currency=money.currency,
            availability=machine.availability(node.get("availability") or around.get("availability")),
            quantity=self._quantity(node),
            sku=machine.code(node.get("sku") or item.get("sku")),
            gtin=good,
            bad_gtin=bad,
            url=url,
            variant=variant_attributes(item, self.resolve) or variant_attributes(node, self.resolve),
            images=images(item.get("image") or node.get("image"), self.page, self.resolve, 4),
            lowest_of=self._lowest_of(node, money),
            highest=money.highest,
        )

    @staticmethod
    def currency(node: Node) -> str | None:
        return machine.currency(node.get("priceCurrency") or node.get("currency"))

    @staticmethod
    def _quantity(node: Node) -> int | None:
        level = node.get("inventoryLevel")
        return machine.quantity(level.get("value") if isinstance(level, dict) else level)

    @staticmethod
    def _lowest_of(node: Node, money: _Money) -> int:
        if money.highest is None:
            return 0
        return machine.quantity(node.get("offerCount")) or 1

    def _money(self, node: Node, currency: str | None) -> _Money:
        money = _Money(currency=currency)
        self._single(node, money)
        specified = self._specified(node, currency)
        if money.price is None:
            money.price, money.highest = specified.price, specified.highest
        money.list_price = money.list_price or specified.list_price
        money.currency = money.currency or specified.currency
        if money.price is None:
            self._range(node, money)
        if money.list_price and (money.price is None or Decimal(money.list_price) <= Decimal(money.price)):
            money.list_price = None
        return money

    def _single(self, node: Node, money: _Money) -> None:
        """`price`. Several in one offer are the crossed-out one and the one to pay."""
        raw = node.get("price")
        found: dict[Decimal, str] = {}
        for one in (raw if isinstance(raw, list) else [raw])[:20]:
            amount, sign = machine.price(one, money.currency)
            if amount is not None:
                found.setdefault(Decimal(amount), amount)
                money.currency = money.currency or sign
        if not found:
            return
        positive = sorted(value for value in found if value > 0) or [Decimal(0)]
        money.price = found[positive[0]]
        if len(positive) == 2 and positive[1] < positive[0] * 20:
            money.list_price = found[positive[1]]

    def _range(self, node: Node, money: _Money) -> None:
        low, sign = machine.price(node.get("lowPrice"), money.currency)
        high, other = machine.price(node.get("highPrice"), money.currency)
        money.currency = money.currency or sign or other
        money.price = low or high
        if low and high and Decimal(high) > Decimal(low):
            money.highest = high

    def _specified(self, node: Node, currency: str | None) -> _Money:
        """`priceSpecification`: WooCommerce since 9.9 gives nothing else, with the crossed-out price as ListPrice."""
        money = _Money()
        for one in nodes(node.get("priceSpecification"), self.resolve):
            kinds = types(one)
            if any("Charge" in kind for kind in kinds) or one.get("validForMemberTier"):
                continue  # shipping, or a club's price
            own = self.currency(one) or currency
            amount, sign = machine.price(one.get("price"), own)
            highest = None
            if amount is None:
                amount, sign = machine.price(one.get("minPrice"), own)
                highest, _ = machine.price(one.get("maxPrice"), own)
            if amount is None:
                continue
            if _is_list_price(one):
                money.list_price = money.list_price or amount
            elif money.price is None:
                money.price, money.currency = amount, own or sign
                money.highest = highest if highest and Decimal(highest) > Decimal(amount) else None
        return money


_LIST_PRICE: Final = frozenset({"listprice", "strikethroughprice", "msrp", "srp", "regularprice"})


def _is_list_price(node: Node) -> bool:
    return bare_type(machine.scalar(node.get("priceType")) or machine.scalar(node.get("name"))).lower() in _LIST_PRICE
