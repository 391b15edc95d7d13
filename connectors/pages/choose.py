"""Pure: one answer a field out of all that the page's sources say of its product, each with its source and why.

Agreement raises confidence, disagreement is settled by what is visible and lowers it. Nothing is given by default: a
field that no source answers stays empty.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages import pricing
from connectors.pages.amounts import amounts
from connectors.pages.answers import Answer, Field, agreed
from connectors.pages.own import Own, own
from connectors.pages.page import Page
from connectors.pages.pricing import NO_PRICE, Price
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.pages.stock import denied, of_name
from connectors.pages.titles import Title, bare, covers, is_shop, likeness, shop_names
from connectors.pages.visible import VisibleSeen
from connectors.records import Attribute, Availability, Condition
from connectors.spellings import fold

KNOWN_STOCK: Final = 0.7
"""Weaker evidence of availability is not published: an active button by its words passes, one by its class does not."""
_BRAND_PUBLISHED: Final = 0.5
_UNSORTED: Final = frozenset(
    {"uncategorized", "uncategorised", "non classe", "non categorise", "unkategorisiert", "sin categoria"}
)
"""Where shop systems put what nobody sorted."""
_COUNTED: Final = 0.8
_LEVELS: Final = 5
_BOX: Final = 4000
_LOOKED_AT: Final = 30
_BEST_FIRST: Final = (Availability.IN_STOCK, Availability.BACK_ORDER, Availability.OUT_OF_STOCK)
"""A product can be had where one of its variants can."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The page's product, field by field."""

    name: str | None = None
    price: Price = NO_PRICE
    availability: Availability | None = None
    quantity: int | None = None
    brand: str | None = None
    gtin: str | None = None
    bad_gtin: str | None = None
    sku: str | None = None
    description: str = ""
    images: tuple[str, ...] = ()
    category_path: tuple[str, ...] = ()
    condition: Condition | None = None
    attributes: tuple[Attribute, ...] = ()
    offers: tuple[SeenOffer, ...] = ()
    """The variants, of the source that has the most of them; empty or one where there are none."""
    fields: tuple[Field, ...] = ()
    marked: bool = False
    """Some structured source shows the product."""


def suffices(page: Page, owns: list[Own], title: Title | None) -> bool:
    """Whether structured data alone gives one price with its currency, an availability and a brand, uncontradicted."""
    found = pricing.options(page, owns)
    if len(found) != 1:
        return False
    option = next(iter(found.values()))
    strong = len(option.answers) > 1 or any(
        answer.source in (Source.JSON_LD, Source.MICRODATA, Source.RDFA) for answer in option.answers
    )
    stocked = {offer.availability for one in owns for offer in one.product.offers if offer.availability}
    branded = any(one.product.brand for one in owns)
    if not (option.value > 0 and strong and option.currency is not None and len(stocked) == 1 and branded):
        return False
    if stocked != {Availability.IN_STOCK}:
        return False
    if title is not None and of_name(title.text, 0) is not None:
        return False
    around = _around(title.node) if title is not None else ""
    return not denied(around) and not _contradicted(option.value, around)


def _around(title: LexborNode | None) -> str:
    """The texts in the box around the title, as long as that is a box and not the page."""
    text, node = "", title
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            break
        inner = node.text(deep=True, separator=" ") or ""
        if len(inner) > _BOX:
            break
        text, node = inner, node.parent
    return " ".join(text.split())


def _contradicted(value: Decimal, around: str) -> bool:
    """Whether prices stand around the title and this one is not among the first, or has a lower one beside it."""
    shown = [number for amount in amounts(around)[:_LOOKED_AT] if (number := pricing.number(amount.value)) is not None]
    if value not in shown:
        return bool(shown)
    beside = shown[max(0, shown.index(value) - 1) : shown.index(value) + 2]
    return any(value / 5 < other < value for other in beside)


def choose(
    page: Page,
    seen: tuple[Seen, ...],
    title: Title | None,
    shown: VisibleSeen | None,
    owns: list[Own],
    default_currency: str | None,
    names: frozenset[str] | None = None,
) -> Choice:
    """The page's product. `owns` is `own.own(page, seen, title)`, `names` what `titles.shop_names` gave."""
    names = shop_names(page) if names is None else names
    price = pricing.decide(page, owns, shown, default_currency)
    name = _name(owns, title)
    availability = _availability(owns, shown, price.value is not None)
    brand = _brand(names, seen, owns, shown)
    gtin, bad = _gtin(owns, shown, price)
    sku = _sku(owns, shown, price)
    quantity = _quantity(owns, shown, availability)
    products = [one.product for one in owns]
    fields = (
        name,
        Field(
            "price",
            None if price.value is None else str(price.value),
            price.source,
            price.confidence,
            price.answers,
            price.why,
        ),
        Field("currency", price.currency, price.source, price.currency_confidence, (), price.currency_why),
        availability,
        brand,
        gtin,
        sku,
    )
    return Choice(
        name=name.value,
        price=price,
        availability=Availability(availability.value) if availability.value else None,
        quantity=quantity,
        brand=brand.value,
        gtin=gtin.value,
        bad_gtin=bad,
        sku=sku.value,
        description=_longest(products),
        images=_images(products),
        category_path=_categories(products, seen, shown, name.value),
        condition=next((product.condition for product in products if product.condition), None),
        attributes=next((product.attributes for product in products if product.attributes), ()),
        offers=_variants(owns),
        fields=fields,
        marked=bool(products),
    )


def _name(owns: list[Own], title: Title | None) -> Field:
    answers = [
        Answer(one.product.source, one.product.where, one.product.name, round(one.trust * 0.95, 3))
        for one in owns
        if one.product.name
    ]
    if title is not None:
        answers.append(Answer(Source.VISIBLE, title.where, title.text, title.confidence))
    if not answers:
        return Field("name", None, None, 0.0, (), "no source gives a name")

    def worth(answer: Answer) -> float:
        return answer.confidence + 0.25 * sum(
            likeness(answer.value, other.value) for other in answers if other is not answer
        ) / max(len(answers) - 1, 1)

    best = max(answers, key=worth)
    return Field(
        "name",
        best.value,
        best.source,
        min(worth(best), 0.99),
        tuple(answers),
        f"the name that the others resemble most, from {best.source.value}",
    )


def _availability(owns: list[Own], shown: VisibleSeen | None, priced: bool) -> Field:
    answers: list[Answer] = []
    for one in owns:
        said = {offer.availability for offer in one.product.offers if offer.availability}
        if best := next((a for a in _BEST_FIRST if a in said), None):
            answers.append(
                Answer(one.product.source, one.product.where, best.value, round(min(one.trust + 0.03, 0.95), 3))
            )
    if shown is not None:
        ordered = Availability.BACK_ORDER in {answer.value for answer in answers} or any(
            stock.availability is Availability.BACK_ORDER for stock in shown.stock[:6]
        )
        # a button is no word against "sur commande": that is how it is ordered
        seen = [stock for stock in shown.stock[:6] if not stock.button or (priced and not ordered)]
        answers += [
            Answer(Source.VISIBLE, stock.where, stock.availability.value, round(stock.confidence, 3)) for stock in seen
        ]
    if not answers:
        return Field("availability", None, None, 0.0, (), "nothing is said of it")
    worth: dict[str, float] = {}
    for word in {answer.value for answer in answers}:
        by_source: dict[Source, float] = {}
        for answer in answers:
            if answer.value == word:
                by_source[answer.source] = max(by_source.get(answer.source, 0.0), answer.confidence)
        worth[word] = agreed(list(by_source.values()))
    chosen = max(sorted(worth), key=lambda word: worth[word])
    against = max((value for word, value in worth.items() if word != chosen), default=0.0)
    confidence = worth[chosen] - 0.28 * against
    source = max((a for a in answers if a.value == chosen), key=lambda answer: answer.confidence).source
    if confidence < KNOWN_STOCK:
        return Field("availability", None, None, confidence, tuple(answers), "too uncertain to publish")
    why = "said by " + source.value + ("; others differ" if against else "")
    return Field("availability", chosen, source, confidence, tuple(answers), why)


def _quantity(owns: list[Own], shown: VisibleSeen | None, availability: Field) -> int | None:
    """The stock of a product without variants, where it is given and does not contradict its availability."""
    for one in owns:
        if len(one.product.offers) == 1 and one.product.offers[0].quantity is not None:
            return one.product.offers[0].quantity
    if shown is None or availability.value != Availability.IN_STOCK or any(len(one.product.offers) > 1 for one in owns):
        return None
    return next((stock.quantity for stock in shown.stock if stock.quantity and stock.confidence >= _COUNTED), None)


def _brand(names: frozenset[str], seen: tuple[Seen, ...], owns: list[Own], shown: VisibleSeen | None) -> Field:
    names |= {bare(source.seller) for source in seen if source.seller}
    answers = [
        Answer(one.product.source, one.product.where, one.product.brand, round(one.trust, 3))
        for one in owns
        if one.product.brand
    ]
    if shown is not None and shown.products and (brand := shown.products[0].brand):
        answers.append(Answer(Source.VISIBLE, "label", brand, shown.brand_weight))
    kept = [answer for answer in answers if not is_shop(answer.value, names)]
    best = max(kept, key=lambda answer: answer.confidence, default=None)
    if best is None or best.confidence < _BRAND_PUBLISHED:
        why = "only the shop's own name is given" if answers and not kept else "no source gives a brand"
        return Field("brand", None, None, 0.0, tuple(answers), why)
    same = [answer.confidence for answer in kept if likeness(answer.value, best.value) > 0.9]
    return Field("brand", best.value, best.source, agreed(same), tuple(answers), f"given by {best.source.value}")


def _gtin(owns: list[Own], shown: VisibleSeen | None, price: Price) -> tuple[Field, str | None]:
    """The one valid GTIN of the product; none where its variants have several and none is chosen."""
    answers: list[Answer] = []
    bad: str | None = None
    products = [one.product for one in owns] + (list(shown.products) if shown else [])
    for product in products:
        bad = bad or product.bad_gtin or next((offer.bad_gtin for offer in product.offers if offer.bad_gtin), None)
        found = {product.gtin} if product.gtin else {offer.gtin for offer in product.offers if offer.gtin}
        answers += [Answer(product.source, product.where, gtin, 0.9) for gtin in sorted(g for g in found if g)]
    count = Counter(answer.value for answer in answers)
    if not count:
        return Field("gtin", None, None, 0.0, (), "no valid code"), bad
    if len(count) > 1:
        first = answers[0]
        if sum(answer.source is first.source for answer in answers) > 1:
            return Field("gtin", None, None, 0.0, tuple(answers), "one a variant"), bad
        return Field("gtin", first.value, first.source, 0.6, tuple(answers), "sources differ: the most trusted"), bad
    return Field("gtin", answers[0].value, answers[0].source, 0.95, tuple(answers), "its check digit is right"), bad


def _sku(owns: list[Own], shown: VisibleSeen | None, price: Price) -> Field:
    answers: list[Answer] = []
    for one in owns:
        codes = (
            [one.product.sku]
            if one.product.sku
            else [offer.sku for offer in one.product.offers if offer.sku]
            if len(one.product.offers) == 1
            else []
        )
        answers += [Answer(one.product.source, one.product.where, code, round(one.trust, 3)) for code in codes if code]
    if shown is not None and shown.products and (code := shown.products[0].sku):
        answers.append(Answer(Source.VISIBLE, "label", code, 0.6))
    best = max(answers, key=lambda answer: answer.confidence, default=None)
    if best is None:
        return Field("sku", None, None, 0.0, (), "no source gives one")
    return Field("sku", best.value[:200], best.source, best.confidence, tuple(answers), f"given by {best.source.value}")


def _longest(products: list[SeenProduct]) -> str:
    """The description of the most trusted source, but a much longer one of another."""
    texts = [product.description for product in products if product.description]
    if not texts:
        return ""
    longest = max(texts, key=len)
    return longest if len(longest) > 2 * len(texts[0]) else texts[0]


def _images(products: list[SeenProduct]) -> tuple[str, ...]:
    return next((product.images for product in products if product.images), ())


def _categories(
    products: list[SeenProduct], seen: tuple[Seen, ...], shown: VisibleSeen | None, name: str | None
) -> tuple[str, ...]:
    """The breadcrumb without the product, else the category that the markup names."""
    for path in [source.breadcrumbs for source in seen if source.breadcrumbs] + ([shown.breadcrumbs] if shown else []):
        kept = tuple(text for step in path if fold(text := values.plain_text(step, 100)) not in _UNSORTED)
        if name and kept and (kept[-1] == name or (covers(kept[-1], name) > 0.95 and likeness(kept[-1], name) > 0.6)):
            kept = kept[:-1]
        if kept:
            return kept
    return next((product.category_path for product in products if product.category_path), ())


def _variants(owns: list[Own]) -> tuple[SeenOffer, ...]:
    """The offers of the source that tells the most variants apart, completed by what others say of the same ones."""
    best: tuple[SeenOffer, ...] = ()
    for one in owns:
        told = [offer for offer in one.product.offers if offer.sku or offer.variant or offer.gtin]
        if len({(offer.sku, offer.variant, offer.gtin) for offer in told}) < len(told):
            continue
        better = any(offer.variant for offer in told) and not any(offer.variant for offer in best)
        if len(told) > len(best) or (told and len(told) == len(best) and better):
            best = tuple(told)
    if len(best) < 2:
        return best
    others: dict[str | None, SeenOffer] = {
        offer.sku: offer for one in reversed(owns) for offer in one.product.offers if offer.sku and offer not in best
    }
    return tuple(_completed(offer, others.get(offer.sku)) for offer in best)


def _completed(offer: SeenOffer, other: SeenOffer | None) -> SeenOffer:
    """What one source leaves out of a variant, from another; price and currency only together."""
    if other is None:
        return offer
    if offer.price is None and other.price is not None:
        offer = replace(offer, price=other.price, list_price=other.list_price, currency=other.currency)
    return replace(
        offer,
        availability=offer.availability or other.availability,
        quantity=other.quantity if offer.quantity is None else offer.quantity,
        gtin=offer.gtin or other.gtin,
        variant=offer.variant or other.variant,
        images=offer.images or other.images,
    )


__all__ = ["Choice", "choose", "own", "suffices"]
