"""Pure: products in JSON that follows no standard, by the names that shops give to their fields.

`product_of` reads one object; `products_in` looks for such objects in a tree, without recursion and with a cap.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import unquote

from connectors.pages import machine
from connectors.pages.page import Page
from connectors.pages.seen import SeenOffer, SeenProduct, Source
from connectors.records import Attribute, Availability

Json = dict[str, Any]
Role = Literal["main", "listed", "related"]
MAX_NODES: Final = 12_000
MAX_PRODUCTS: Final = 60
_MAX_VARIANTS: Final = 200

_FIELDS: Final = {
    "name": "name title displayname fullname",
    "sale": "saleprice specialprice currentprice finalprice sellingprice discountprice discountedprice offerprice "
    "nowprice promoprice promotionalprice actionprice pricenow pricesale priceactual actualprice salesprice pricefinal",
    "price": "price pricevalue priceamount unitprice pricewithtax pricettc priceinclvat priceincltax pricegross "
    "grossprice minprice lowprice prices priceinfo pricing unitsaleprice",
    "list_price": "regularprice oldprice listprice originalprice baseprice strikeprice wasprice msrp rrp "
    "compareatprice retailprice fullprice pricebefore priceold priceregular standardprice catalogprice "
    "undiscountedprice pricewas",
    "currency": "currency currencycode pricecurrency currencyiso currencyisocode ordercurrency sitecurrency",
    "brand": "brand brandname manufacturer manufacturername vendor",
    "sku": "sku reference articlenumber artnr partnumber code skuid",
    "id": "id productid itemid ids",
    "gtin": "gtin ean gtin13 ean13 barcode upc isbn gtin14 eancode",
    "mpn": "mpn manufacturerpartnumber",
    "stock": "availability instock isinstock available stockstatus isavailable availabilitystatus instockstatus",
    "sold_out": "soldout issoldout outofstock isoutofstock",
    "quantity": "stockquantity stockqty inventoryquantity stocklevel availablequantity stockamount",
    "url": "url link href canonicalurl permalink pageurl",
    "image": "image imageurl images picture thumbnail featuredimage img imageurls",
    "description": "description shortdescription longdescription",
    "category": "category categoryname categories",
    "variant": "variant",
    "color": "color colour",
    "size": "size",
}
_PREFIXES: Final = ("", "product", "item", "prod", "content", "article", "art", "offer")
_KEYS: Final = {
    key: field
    for field, names in _FIELDS.items()
    for name in names.split()
    for prefix in _PREFIXES
    for key in (prefix + name, prefix + name + "s")
} | {"contentids": "id", "products": "", "items": "", "offers": "", "prods": "", "articles": "", "value": ""}
_RELATED: Final = re.compile(
    r"relat|recommend|similar|upsell|up_?sell|cross|also|accessor|recent|viewed|suggest|bundle|complement|sponsored"
    r"|frequently|together|addon|companion",
    re.I,
)
_ELSEWHERE: Final = re.compile(
    r"shipping|deliver|warrant|service|payment|cart|basket|checkout|voucher|coupon|insurance|financ|subscri|menu|nav"
    r"|filter|facet|banner|review|shipment|purchase|wishlist|promoclick",
    re.I,
)
_LISTS: Final = re.compile(r"impression|search|listing|category|collection|hits|carousel|slider|results", re.I)
_VARIANTS: Final = ("variants", "variations", "skus", "children", "childproducts", "simpleproducts", "items", "offers")


@lru_cache(maxsize=8192)
def field_of(key: str) -> str:
    """The field that a key of JSON stands for: "product_name" is "name"; "" for any other."""
    return _KEYS.get(re.sub(r"[^a-z0-9]", "", key.lower()), "") if len(key) <= 40 else ""


def fields(raw: Json) -> dict[str, Any]:
    """The object's known fields, those of one element taken out of their list (Tealium); the first of a name wins."""
    found: dict[str, Any] = {}
    for key, value in raw.items():
        if value is None or value == "" or not isinstance(key, str):
            continue
        field = field_of(key)
        if field and field not in found:
            if isinstance(value, list) and len(value) == 1 and field not in ("image", "category"):
                value = value[0]
            found[field] = value
    return found


@dataclass(frozen=True, slots=True)
class Money:
    price: str | None = None
    list_price: str | None = None
    currency: str | None = None


_AMOUNTS: Final = (
    *("sale", "saleprice", "special", "current", "currentprice", "now", "final", "finalprice", "selling", "discounted"),
    *("value", "amount", "price", "pricevalue", "raw", "gross", "withtax", "min", "minprice", "lowest", "regular"),
    *("formatted", "formattedvalue", "display", "text"),
)
"""Where the amount stands in an object that is a price, what is to be paid first."""


def amount(raw: Any, currency: str | None, depth: int = 0) -> tuple[str | None, str | None]:
    """(price, currency) of a number, a text or an object that holds one; cents are said to be cents."""
    if not isinstance(raw, dict):
        return (None, None) if isinstance(raw, list) and len(raw) != 1 else machine.price(raw, currency)
    if depth > 2:
        return None, None
    keyed = {re.sub(r"[^a-z]", "", str(key).lower()): value for key, value in list(raw.items())[:40]}
    for key in ("currency", "currencycode", "currencyiso", "currencyisocode"):
        currency = machine.currency(keyed.get(key)) or currency
    if isinstance(cents := keyed.get("centamount"), int):
        digits = keyed.get("fractiondigits")
        return cents_of(cents, digits if isinstance(digits, int) and 0 <= digits <= 4 else 2), currency
    for key in _AMOUNTS:
        if keyed.get(key) not in (None, "", [], {}):
            found, sign = amount(keyed[key], currency, depth + 1)
            if found is not None:
                return found, sign or currency
    return None, None


def cents_of(cents: int, digits: int = 2) -> str | None:
    """Minor units as a plain decimal."""
    return machine.price(str(Decimal(cents).scaleb(-digits)))[0] if 0 <= cents < 10**14 else None


def money_of(found: dict[str, Any], currency: str | None) -> Money:
    """What is to be paid and what was crossed out."""
    own = machine.currency(found.get("currency")) or currency
    price = sign = None
    for key in ("sale", "price", "list_price"):
        value = found.get(key)
        if value in (None, 0, "0", "", False):
            continue
        price, sign = amount(value, own)
        if price is not None and Decimal(price) > 0:
            break
    if price is None and "price" in found:
        price, sign = amount(found["price"], own)
    listed = None
    for key in ("list_price", "price"):
        before = amount(found[key], own)[0] if key in found else None
        if price and before and Decimal(before) > Decimal(price):
            listed = before
            break
    return Money(price, listed, sign or own)


def product_of(
    raw: Json, page: Page, where: str, *, role: Role = "main", currency: str | None = None, nameless: bool = False
) -> SeenProduct | None:
    """The product that an object shows: it has a name and a price (`nameless`: a price and a code are enough).

    The page's own may leave its price empty, or have it in one of its variants only."""
    found = fields(raw)
    named = isinstance(found.get("name"), (str, dict, list))
    if not named and not (nameless and ("sku" in found or "id" in found)):
        return None
    money = money_of(found, currency)
    name = machine.text(found.get("name")) if named else None
    if name is None and not nameless:
        return None
    variants = _variants(raw, page, money.currency)
    if money.price is None and not (name and role == "main" and (variants or _is_unpriced(raw, found))):
        return None
    good, bad = machine.gtin(found.get("gtin"))
    sku = machine.code(found.get("sku"))
    if sku is None and isinstance(found.get("id"), (str, int)):
        sku = machine.code(found["id"])
    if good is None and sku and len(sku) == 13:
        good = machine.gtin(sku)[0]
    offer = SeenOffer(
        price=money.price,
        list_price=money.list_price,
        currency=money.currency,
        availability=stock_of(found),
        quantity=machine.quantity(found.get("quantity")),
        sku=sku,
        gtin=good,
        bad_gtin=bad,
        variant=_attributes(found),
    )
    return SeenProduct(
        Source.STATE,
        where,
        name=unquote(name) if name and "%20" in name else name,
        description=machine.long_text(found.get("description")),
        brand=machine.text(found.get("brand"), 200),
        sku=sku,
        mpn=machine.code(found.get("mpn")),
        gtin=good,
        bad_gtin=bad,
        url=page.absolute(found["url"]) if isinstance(found.get("url"), str) else None,
        images=_images(found.get("image"), page),
        category_path=_category(found.get("category")),
        offers=variants if len(variants) > 1 else (offer,),
        role=role,
    )


def _is_unpriced(raw: Json, found: dict[str, Any]) -> bool:
    """Whether an object is a product whose price is left empty (on request): it has a code, and says its stock."""
    empty = any(value in (None, "") and field_of(key) in ("price", "sale") for key, value in list(raw.items())[:200])
    coded = not {"sku", "gtin", "id"}.isdisjoint(found)
    return empty and coded and stock_of(found) is not None


def stock_of(found: dict[str, Any]) -> Availability | None:
    """By words or by yes and no; a number there is a count or a code, and is not guessed at."""
    raw = found.get("stock")
    if isinstance(raw, dict):
        raw = next((raw[key] for key in ("status", "availability", "inStock", "isInStock") if key in raw), None)
    if isinstance(raw, bool):
        return Availability.IN_STOCK if raw else Availability.OUT_OF_STOCK
    if isinstance(raw, str) and not raw.strip().isdigit():
        return machine.availability(raw)
    if isinstance(found.get("sold_out"), bool):
        return Availability.OUT_OF_STOCK if found["sold_out"] else None
    return None


def _attributes(found: dict[str, Any]) -> tuple[Attribute, ...]:
    pairs = (machine.pair(label, found.get(key)) for key, label in (("color", "Couleur"), ("size", "Taille")))
    return tuple(pair for pair in pairs if pair and not pair[1].isdigit())


def _variants(raw: Json, page: Page, currency: str | None) -> tuple[SeenOffer, ...]:
    for key, value in raw.items():
        if isinstance(value, dict) and len(value) > 1:
            value = list(value.values())
        if key.lower().replace("_", "") not in _VARIANTS or not isinstance(value, list) or len(value) < 2:
            continue
        offers = [_variant(one, page, currency) for one in value[:_MAX_VARIANTS] if isinstance(one, dict)]
        known = [offer for offer in offers if offer is not None]
        told_apart = len(known) == len(offers) and len({offer.variant for offer in known}) == len(known)
        if told_apart and any(offer.price for offer in known):
            return tuple(known)
    return ()


def _variant(raw: Json, page: Page, currency: str | None) -> SeenOffer | None:
    found = fields(raw)
    money = money_of(found, currency)
    attributes = options_of(raw) or _attributes(found)
    if not attributes and (name := machine.text(found.get("variant") or found.get("name"), 200)):
        attributes = (("Modèle", name),)
    if not attributes or (money.price is None and not _is_unpriced(raw, found)):
        return None
    good, bad = machine.gtin(found.get("gtin"))
    return SeenOffer(
        price=money.price,
        list_price=money.list_price,
        currency=money.currency,
        availability=stock_of(found),
        quantity=machine.quantity(found.get("quantity")),
        sku=machine.code(found.get("sku")),
        gtin=good,
        bad_gtin=bad,
        variant=attributes,
        images=_images(found.get("image"), page)[:4],
    )


def options_of(raw: Json) -> tuple[Attribute, ...]:
    """[{"name": "Taille", "value": "38"}] or {"Taille": "38"} under the names that platforms use."""
    for key in ("selectedOptions", "options", "attributes", "option_values", "specs"):
        value = raw.get(key)
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            pairs = [
                machine.pair(one.get("name") or one.get("label"), one.get("value") or one.get("optionValue"))
                for one in value[:10]
            ]
        elif isinstance(value, dict) and value and all(isinstance(one, str) for one in value.values()):
            pairs = [machine.pair(name, one) for name, one in list(value.items())[:10]]
        else:
            continue
        if found := tuple(pair for pair in pairs if pair):
            return found
    return ()


def _images(raw: Any, page: Page) -> tuple[str, ...]:
    found = []
    for one in (raw if isinstance(raw, list) else [raw])[: machine.MAX_IMAGES]:
        if isinstance(one, dict):
            one = next((one[key] for key in ("url", "src", "href", "large", "original") if key in one), None)
        if isinstance(one, str) and (address := page.absolute(one)):
            found.append(address)
    return tuple(dict.fromkeys(found))


def _category(raw: Any) -> tuple[str, ...]:
    if isinstance(raw, list):
        return tuple(name for name in (machine.text(one, 200) for one in raw[:8]) if name)
    found = machine.text(raw, 500) or ""
    for mark in (" > ", ">", " / ", "/", "|"):
        if mark in found:
            return tuple(part for part in (piece.strip() for piece in found.split(mark)) if part)[:8]
    return (found,) if found and not found.isdigit() else ()


def products_in(tree: Any, page: Page, where: str) -> list[SeenProduct]:
    """Objects that `product_of` knows, the outermost first. One beside others of its kind in a list is `listed`."""
    found: list[SeenProduct] = []
    queue: deque[tuple[Any, str, Role, str | None]] = deque([(tree, "", "main", None)])
    for _ in range(MAX_NODES):
        if not queue or len(found) >= MAX_PRODUCTS:
            break
        raw, path, role, currency = queue.popleft()
        if isinstance(raw, list):
            step: Role = "listed" if role == "main" and len(raw) > 1 else role
            queue.extend((one, path, step, currency) for one in raw[:500] if isinstance(one, (dict, list)))
            continue
        currency = _currency_of(raw) or currency
        product = product_of(raw, page, f"{where}{path}", role=role, currency=currency)
        if product is not None:
            found.append(product)
        for key, value in raw.items():
            if not isinstance(value, (dict, list)) or not value or _ELSEWHERE.search(key):
                continue
            inner: Role = "related" if role == "related" or _RELATED.search(key) else role
            if product is not None and inner == "main":
                inner = "related"
            elif inner == "main" and _LISTS.search(key):
                inner = "listed"
            queue.append((value, f"{path}.{key}"[-120:], inner, currency))
    return found


def _currency_of(raw: Json) -> str | None:
    for key in ("currency", "currencyCode", "priceCurrency", "currency_code", "currencyIso"):
        if (value := raw.get(key)) and (known := machine.currency(value)):
            return known
    return None
