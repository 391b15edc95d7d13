"""Pure: the webservice's items to records. Values come as numbers or texts, by PHP's version and by the format.

Prices are the two virtual fields that every read names: `ttc` (tax and discounts in, what a visitor pays) and `reg`
(the same before discounts). Stock is the row of `stock_availables`; `products.quantity` is always 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors import values
from connectors.drafting import (
    MALFORMED,
    MAX_IMAGES,
    MAX_QUANTITY,
    TITLE_LIMIT,
    Draft,
    Json,
    Mapped,
    PriceUnreadable,
    exponent,
    label,
    malformed,
    rows,
    text_of,
)
from connectors.records import (
    Attribute,
    Availability,
    IssueCode,
    OfferRecord,
    OfferStock,
    ProductRecord,
    StockRecord,
    Withdrawn,
)

STATE_FIELDS: Final = ("id", "active", "visibility", "available_for_order", "show_price", "state")
STOCK_FIELDS: Final = (*STATE_FIELDS, "cache_default_attribute", "ttc", "reg")
PRODUCT_FIELDS: Final = (
    *STOCK_FIELDS,
    "date_upd",
    "name",
    "link_rewrite",
    "description",
    "description_short",
    "reference",
    "ean13",
    "upc",
    "isbn",
    "mpn",
    "manufacturer_name",
    "condition",
    "id_category_default",
    "id_default_image",
    "images[id]",
    "categories[id]",
    "product_features[id,id_feature_value]",
)
COMBINATION_STOCK_FIELDS: Final = ("id", "id_product", "ttc", "reg")
COMBINATION_FIELDS: Final = (
    *COMBINATION_STOCK_FIELDS,
    "reference",
    "ean13",
    "upc",
    "isbn",
    "images[id]",
    "product_option_values[id]",
)
QUANTITY_FIELDS: Final = ("id", "id_product", "id_product_attribute", "quantity", "out_of_stock")
"""Never `wholesale_price`: what the merchant pays is nobody's business."""

MAX_ID: Final = 2**53
ALWAYS, AS_THE_SHOP_DOES = 1, 2
"""`out_of_stock`: orders when the stock is used up; 0 is never."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    currency: str | None
    """None where the shop's default currency is not clear: then no price is published."""
    language: int | None = None
    """The language whose texts are taken; None: the first that there is."""
    image: str = "large_default"
    """The picture size whose name ends the public address."""
    orders_when_empty: bool = False
    """The shop's own setting: may what is used up be ordered, where the product does not say?"""
    categories: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Category id -> names from below the root to it."""
    options: Mapping[int, tuple[int, str, str]] = field(default_factory=dict)
    """Option value id -> (rank, "Taille", "S")."""
    features: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Feature value id -> ("Composition", "Coton")."""
    page: Callable[[Json], str | None] = lambda _: None
    """The address of a product's page, where the shop's way of writing them is proven."""


@dataclass(frozen=True, slots=True)
class Family:
    """A product with its combinations and its rows of stock."""

    item: Json
    combinations: Sequence[Json] = ()
    stock: Sequence[Json] = ()


# -- raw values ----------------------------------------------------------------------------------------------------


def number(raw: Any) -> int:
    """An integer as PHP 8 (1) or PHP 7 and XML ("1") write it; "" and null are 0, as in the database."""
    if isinstance(raw, bool):
        return int(raw)
    if isinstance(raw, int):
        return raw
    if raw is None or raw == "":
        return 0
    if isinstance(raw, str) and raw.removeprefix("-").isascii() and raw.removeprefix("-").isdigit() and len(raw) < 18:
        return int(raw)
    raise TypeError(f"number expected, not {raw!r:.40}")


def identifier(item: Any, name: str = "id") -> int | None:
    """An item's id, or None where it has none that can be used."""
    if not isinstance(item, dict):
        return None
    try:
        found = number(item.get(name))
    except TypeError:
        return None
    return found if 0 < found < MAX_ID else None


def flag(raw: Any) -> bool:
    found = number(raw)
    if found not in (0, 1):
        raise ValueError(f"0 or 1 expected, not {found}")
    return found == 1


def spoken(raw: Any, language: int | None) -> str:
    """A text: alone where the shop has one language, in a list where it has more. Ids are numbers or texts."""
    if not isinstance(raw, list):
        return text_of(raw)
    told = {number(one.get("id")): text_of(one.get("value")) for one in rows(raw)}
    return told.get(language or 0) or next(filter(None, told.values()), "")


def linked(item: Json, association: str, name: str = "id") -> list[int]:
    """The ids in one of an item's associations; a missing one is an empty one."""
    links = item.get("associations") or {}
    return [found for entry in rows(links.get(association)) if (found := identifier(entry, name)) is not None]


def guarded(mapper: Callable[[Family], Mapped], family: Family) -> Mapped:
    """Map one family; whatever is wrong with its shape becomes its one Issue, and never stops the catalogue."""
    if (number_of := identifier(family.item)) is None:
        return None, [malformed(None)]
    try:
        return mapper(family)
    except MALFORMED as error:
        return None, [malformed(str(number_of), error)]


# -- state, price and stock ----------------------------------------------------------------------------------------


def public(item: Json) -> bool:
    """What visitors find: active, not "visibility: none", and not the empty shell of a product begun and not saved."""
    visibility = item.get("visibility", "both")
    if not isinstance(visibility, str):
        raise TypeError("visibility is not a text")
    return flag(item["active"]) and visibility != "none" and number(item.get("state", 1)) == 1


def price_of(item: Json, product: Json, shop: Shop) -> tuple[int | None, int | None, str | None]:
    """(price, crossed-out price, currency). No price where the shop hides it, or where 0 cannot be ordered.

    Raises PriceUnreadable where the shop's answer has none (a module in the way, an unclear currency)."""
    orderable = flag(product.get("available_for_order", 1))
    if not orderable and not flag(product.get("show_price", 1)):
        return None, None, None
    if shop.currency is None:
        raise PriceUnreadable("the shop's currency is not clear")
    price = _minor(item.get("ttc"), shop.currency)
    listed = _minor(item.get("reg"), shop.currency) if item.get("reg") not in (None, "") else None
    if price == 0 and not orderable:
        return None, None, None
    return price, listed if listed is not None and listed > price else None, shop.currency


def _minor(raw: Any, currency: str) -> int:
    text = str(raw) if isinstance(raw, int | float) else text_of(raw)
    amount, complaint = values.minor_units(text, exponent(currency))
    if amount is None:
        raise PriceUnreadable(complaint or "no virtual price in the answer")
    return amount


def stock_rows(family: Family) -> dict[int, Json]:
    """Combination id -> its row of stock; 0 is the product's own. The first counts where a shop gives two."""
    found: dict[int, Json] = {}
    for row in family.stock:
        found.setdefault(number(row.get("id_product_attribute")), row)
    return found


def stock_of(row: Json | None, own: Json | None, product: Json, shop: Shop) -> tuple[Availability | None, int | None]:
    """(availability, quantity). What happens at 0 is said by the product's own row, for all its combinations."""
    if row is None:
        return None, None
    quantity = number(row.get("quantity"))
    counted = max(0, quantity) if quantity < MAX_QUANTITY else None
    if not flag(product.get("available_for_order", 1)):
        return Availability.OUT_OF_STOCK, counted
    if quantity > 0:
        return Availability.IN_STOCK, counted
    rule = number((own or row).get("out_of_stock"))
    if rule == ALWAYS or (rule == AS_THE_SHOP_DOES and shop.orders_when_empty):
        return Availability.BACK_ORDER, None
    return Availability.OUT_OF_STOCK, counted


def _offers(family: Family, shop: Shop, draft: Draft) -> Iterable[tuple[str, Json, dict[str, Any]]]:
    """Each variant's id and item, with what a sweep says of it. Without combinations the product is its own."""
    product, stock = family.item, stock_rows(family)
    own = stock.get(0)
    for item in sorted(family.combinations, key=lambda c: number(c["id"])) or (product,):
        alone = item is product
        if not alone and identifier(item) is None:
            raise ValueError("a combination without an id")
        try:
            price, listed, currency = price_of(item, product, shop)
        except PriceUnreadable as error:
            price, listed, currency = None, None, None
            draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
        else:
            if price is None:
                draft.complain(IssueCode.PRICE_MISSING, "price")
        row = own if alone else stock.get(number(item["id"]))
        availability, quantity = stock_of(row, own, product, shop)
        # as PrestaShop's own addresses join them ("/1-2-slug.html"): both count from 1, each in its own table
        offer_id = draft.source_id if alone else f"{draft.source_id}-{number(item['id'])}"
        yield (
            offer_id,
            item,
            {
                "price_minor": price,
                "list_price_minor": listed,
                "currency": currency,
                "availability": availability,
                "quantity": quantity,
            },
        )


# -- content -------------------------------------------------------------------------------------------------------


def gtin_of(item: Json, draft: Draft) -> str | None:
    """EAN, else UPC, else ISBN; a wrong one is said, and never hides the product."""
    wrong, raws = None, (item.get(name) for name in ("ean13", "upc", "isbn"))
    for raw in raws:
        gtin, complaint = values.gtin14(str(raw) if isinstance(raw, int) and raw else text_of(raw or ""))
        if gtin:
            return gtin
        wrong = wrong or complaint
    if wrong:
        draft.complain(IssueCode.GTIN_INVALID, "gtin", wrong)
    return None


def image_url(image: int, shop: Shop) -> str:
    """The public address of a picture; what stands between the slashes after the size is free (measured)."""
    return f"{shop.url}{image}-{shop.image}/x.jpg"


def images_of(item: Json, shop: Shop) -> tuple[str, ...]:
    """The cover first, then in the shop's order."""
    cover = number(item.get("id_default_image"))
    found = dict.fromkeys([*filter(None, [cover]), *linked(item, "images")])
    return tuple(image_url(image, shop) for image in list(found)[:MAX_IMAGES])


def category_of(item: Json, shop: Shop) -> tuple[str, ...]:
    """The path of the default category; where that is the root itself, the longest of the product's others."""
    path = shop.categories.get(number(item.get("id_category_default")), ())
    if path:
        return path
    others = [shop.categories.get(number_of, ()) for number_of in linked(item, "categories")]
    return min(others, key=lambda p: (-len(p), p), default=())


def features_of(item: Json, shop: Shop) -> tuple[Attribute, ...]:
    found: dict[str, list[str]] = {}
    for value in linked(item, "product_features", "id_feature_value"):
        if value in shop.features:
            name, text = shop.features[value]
            if name and text and text not in found.setdefault(name, []):
                found[name].append(text)
    mpn = label(text_of(item.get("mpn")))
    if mpn and mpn != label(text_of(item.get("reference"))):
        found["Référence du fabricant"] = [mpn]
    return tuple((name, ", ".join(texts)) for name, texts in found.items())


def variant_of(combination: Json, shop: Shop) -> tuple[Attribute, ...]:
    """("Taille", "S"), in the order of the option groups: the associations come in the database's."""
    known = [shop.options[i] for i in linked(combination, "product_option_values") if i in shop.options]
    return tuple((name, value) for _, name, value in sorted(known) if name and value)


def index_url(product: int, shop: Shop, combination: int | None = None) -> str:
    """The address that PrestaShop redirects to the page, whatever form addresses have in this shop."""
    more = f"&id_product_attribute={combination}" if combination else ""
    return f"{shop.url}index.php?controller=product&id_product={product}{more}"


def _offer(offer_id: str, item: Json, told: dict[str, Any], product: Json, shop: Shop, draft: Draft) -> OfferRecord:
    alone = item is product
    sku = values.plain_text(text_of(item.get("reference")), 200)
    if not alone and sku == values.plain_text(text_of(product.get("reference")), 200):
        sku = ""  # the product's own, repeated
    return OfferRecord(
        source_id=offer_id,
        **told,
        variant=() if alone else variant_of(item, shop),
        gtin=gtin_of(item, draft),
        sku=sku or None,
        url=None if alone else index_url(number(product["id"]), shop, number(item["id"])),
        images=() if alone else tuple(image_url(i, shop) for i in linked(item, "images")[:MAX_IMAGES]),
    )


def product(family: Family, shop: Shop) -> Mapped:
    """One public product with its offers; one that is not public is Withdrawn("hidden")."""
    item = family.item
    draft = Draft(item=item, source_id=str(number(item["id"])), issues=[])
    if not public(item):
        return Withdrawn(source_id=draft.source_id, reason="hidden"), []
    title = values.plain_text(spoken(item["name"], shop.language), TITLE_LIMIT)
    if not title:
        draft.complain(IssueCode.TITLE_MISSING, "name", rejected=True)
        return None, draft.issues
    offers = [_offer(*told, item, shop, draft) for told in _offers(family, shop, draft)]
    images = images_of(item, shop)
    if not images and not any(offer.images for offer in offers):
        draft.complain(IssueCode.IMAGE_MISSING, "images")
    description = spoken(item.get("description"), shop.language) or spoken(item.get("description_short"), shop.language)
    url, _ = values.http_url(shop.page(item) or index_url(number(item["id"]), shop))
    record = ProductRecord(
        source_id=draft.source_id,
        title=title,
        description=values.clean_html(description) if description else "",
        url=url,
        brand=label(text_of(item.get("manufacturer_name"))) or None,
        category_path=category_of(item, shop),
        condition=values.condition(item.get("condition")),
        images=images,
        attributes=features_of(item, shop),
        offers=tuple(offers),
    )
    return record, draft.issues


def stock(family: Family, shop: Shop) -> Mapped:
    """The sweep's record of one public product; its issues about content belong to the catalogue lane."""
    item = family.item
    draft = Draft(item=item, source_id=str(number(item["id"])), issues=[])
    if not public(item):
        return Withdrawn(source_id=draft.source_id, reason="hidden"), []
    offers = tuple(OfferStock(source_id=i, **told) for i, _, told in _offers(family, shop, draft))
    return StockRecord(source_id=draft.source_id, offers=offers), []


def is_root(category: Json) -> bool:
    """The root, or a shop's home category under it."""
    return flag(category.get("is_root_category")) or number(category.get("id_parent")) == 0


def category_paths(terms: Iterable[Any], language: int | None) -> dict[int, tuple[str, ...]]:
    """Names from below the root to each category: the root and the home category name no shelf. Loops end the path."""
    known = {i: term for term in terms if (i := identifier(term)) is not None}
    paths: dict[int, tuple[str, ...]] = {}
    for start in known:
        path: list[str] = []
        seen: set[int] = set()
        at = start
        while at in known and at not in seen:
            seen.add(at)
            term = known[at]
            if is_root(term):
                break
            path.append(label(spoken(term.get("name"), language)))
            at = number(term.get("id_parent"))
        paths[start] = tuple(name for name in reversed(path) if name)
    return paths
