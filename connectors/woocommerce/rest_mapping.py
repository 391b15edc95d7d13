"""Pure: REST v3's JSON to records. Its prices are what the merchant typed, which is not always what the page shows.

`Prices` says how far they can be trusted for one run (`rest_prices` finds it out).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors import values
from connectors.records import Attribute, Availability, IssueCode, OfferRecord, Withdrawn
from connectors.woocommerce import mapping
from connectors.woocommerce.mapping import Draft, Json, Mapped, Shop, label, rows, text_of
from connectors.woocommerce.store_mapping import Price, without_inherited

STATE_FIELDS: Final = ("id", "type", "status", "catalog_visibility", "post_password", "variations", "date_modified_gmt")
STOCK_FIELDS: Final = (
    *STATE_FIELDS,
    "price",
    "regular_price",
    "on_sale",
    "manage_stock",
    "stock_quantity",
    "stock_status",
    "price_html",
)
PRODUCT_FIELDS: Final = (
    *STOCK_FIELDS,
    "name",
    "permalink",
    "sku",
    "global_unique_id",
    "description",
    "short_description",
    "images",
    "categories",
    "brands",
    "attributes",
    "meta_data",
)
VARIATION_STOCK_FIELDS: Final = (
    "id",
    "parent_id",
    "status",
    "price",
    "regular_price",
    "on_sale",
    "manage_stock",
    "stock_quantity",
    "stock_status",
)
VARIATION_FIELDS: Final = (
    *VARIATION_STOCK_FIELDS,
    "permalink",
    "sku",
    "global_unique_id",
    "image",
    "attributes",
    "meta_data",
)

GTIN_KEYS: Final = (
    "_global_unique_id",  # WooCommerce 9.2 and later, as meta
    "_alg_ean",  # EAN for WooCommerce
    "_wpm_gtin_code",  # Product GTIN (EAN, UPC, ISBN) for WooCommerce
    "hwp_product_gtin",  # WooCommerce UPC, EAN, and ISBN
    "hwp_var_gtin",
    "_ts_gtin",  # Germanized, Trusted Shops
    "_wc_gla_gtin",  # Google Listings & Ads
    "wpseo_global_identifier_values",  # Yoast WooCommerce SEO: an object of gtin8, gtin12, gtin13, gtin14, isbn
    "wpseo_variation_global_identifiers_values",
    "_woocommerce_gpf_data",  # Google Product Feed: an object with gtin
    "_cr_gtin",  # Customer Reviews for WooCommerce
    "_zettle_barcode",
    "_wepos_barcode",
    "atum_barcode",
    "_gtin",
    "gtin",
    "_ean",
    "ean",
    "_barcode",
    "barcode",
    "_upc",
    "upc",
    "_isbn",
    "isbn",
)
GTIN_PARTS: Final = ("gtin13", "gtin14", "gtin12", "gtin8", "gtin", "isbn")
STOCK_WORDS: Final = {
    "instock": Availability.IN_STOCK,
    "outofstock": Availability.OUT_OF_STOCK,
    "onbackorder": Availability.BACK_ORDER,
}


@dataclass(frozen=True, slots=True)
class Prices:
    """How this run turns an entered price into the one that the shop's page shows."""

    currency: str | None
    """None where the shop does not tell its currency: then no price is published."""
    decimals: int
    """Digits after the comma that the shop shows; prices are rounded to them."""
    shown: Mapping[int, Price] | None = None
    """Displayed prices from the Store API, by id, where entered prices are not the shown ones."""
    trusted: bool = True
    """False where entered prices are not the shown ones and nothing tells the shown ones."""

    def of(self, item: Json) -> Price:
        """The price of one product or variation. Raises PriceUnreadable where it cannot be known."""
        if text_of(item.get("price")) == "":
            return None, None, None
        if self.shown is not None:
            if item["id"] not in self.shown:
                raise mapping.PriceUnreadable("the Store API does not show this price")
            return self.shown[item["id"]]
        if not self.trusted or self.currency is None:
            raise mapping.PriceUnreadable("entered without tax, or in an unknown currency: the shown price is unknown")
        price = self.minor(item["price"])
        listed = None
        if item.get("on_sale") and text_of(item.get("regular_price")):
            regular = self.minor(item["regular_price"])
            listed = regular if regular > price else None
        return price, listed, self.currency

    def minor(self, raw: str) -> int:
        """Rounded half up to the decimals that the shop shows, as WooCommerce does, then in minor units."""
        if self.currency is None:
            raise mapping.PriceUnreadable("unknown currency")
        wanted = mapping.exponent(self.currency)
        digits = min(self.decimals, wanted)
        amount, complaint = values.minor_units(raw, digits)
        if amount is None:
            raise mapping.PriceUnreadable(complaint or "not a decimal")
        return amount * int(10 ** (wanted - digits))


def public(item: Json) -> bool:
    """What the Store API's "visible" shows: published, in shop and search, without a password.

    "catalog" and "search" mean that the merchant keeps the product out of one of the two; the public list has neither,
    so that both connectors read the same shop.
    """
    status, visibility = item["status"], item["catalog_visibility"]
    if not isinstance(status, str) or not isinstance(visibility, str):
        raise TypeError("status or catalog_visibility is not a text")
    return status == "publish" and visibility == "visible" and not protected(item)


def protected(item: Json) -> bool:
    return bool(text_of(item.get("post_password")))


def availability_of(item: Json) -> Availability | None:
    status = item.get("stock_status")
    if not isinstance(status, str):
        raise TypeError("stock_status is not a text")
    return STOCK_WORDS.get(status)


def quantity_of(item: Json, availability: Availability | None) -> int | None:
    """Counted stock; `manage_stock` "parent" means that the variants share the parent's count."""
    quantity = item.get("stock_quantity")
    if item.get("manage_stock") not in (True, "parent") or isinstance(quantity, bool):
        return None
    if not isinstance(quantity, int | float) or availability is Availability.BACK_ORDER:
        return None
    return max(0, int(quantity)) if quantity < mapping.MAX_QUANTITY else None


def stock_of(item: Json, draft: Draft, prices: Prices) -> mapping.Told:
    availability = availability_of(item)
    return mapping.told(lambda: prices.of(item), draft, "price", availability, quantity_of(item, availability))


def gtin_candidates(item: Json) -> Iterator[str]:
    """Every text that claims to be the GTIN, WooCommerce's own field first, then known plugins' meta."""
    yield text_of(item.get("global_unique_id"))
    meta = item.get("meta_data")
    if not meta:
        return
    found = {m["key"]: m.get("value") for m in rows(meta) if m.get("key") in GTIN_KEYS}
    for key in GTIN_KEYS:
        value = found.get(key)
        if isinstance(value, dict):
            yield from (str(value[part]) for part in GTIN_PARTS if isinstance(value.get(part), str | int))
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield str(value)


def gtin_of(item: Json, draft: Draft) -> str | None:
    """The first candidate with a right check digit; a wrong one is said, and never hides the product."""
    wrong = None
    for raw in gtin_candidates(item):
        if not raw.strip():
            continue
        gtin, complaint = values.gtin14(raw)
        if gtin:
            return gtin
        wrong = wrong or f"{raw[:40]!r}: {complaint}"
    if wrong:
        draft.complain(IssueCode.GTIN_INVALID, "gtin", wrong)
    return None


def plain_attributes(item: Json) -> tuple[Attribute, ...]:
    """The product's characteristics that its page shows: visible, and no variation is made of them."""
    found = []
    for attribute in rows(item.get("attributes")):
        if attribute.get("variation") is True or attribute.get("visible") is False:
            continue
        name = label(text_of(attribute.get("name")))
        value = ", ".join(filter(None, (label(text_of(o)) for o in attribute.get("options") or [])))
        if name and value:
            found.append((name, value))
    return tuple(found)


def variant_of(variation: Json) -> tuple[Attribute, ...]:
    """v3 names the terms, and leaves "any" out."""
    pairs = (
        (label(text_of(a.get("name"))), label(text_of(a.get("option")))) for a in rows(variation.get("attributes"))
    )
    return tuple((name, value) for name, value in pairs if name and value)


def wanted_variations(item: Any) -> list[int]:
    """The variation ids of a parent that the public sees."""
    if not isinstance(item, dict) or item.get("type") != "variable" or not isinstance(item.get("variations"), list):
        return []
    return [i for i in item["variations"] if isinstance(i, int) and not isinstance(i, bool) and i > 0]


def offer(item: Json, variation: Json, draft: Draft, shop: Shop, prices: Prices) -> OfferRecord:
    url, _ = values.http_url(text_of(variation.get("permalink")), shop.url)
    image = variation.get("image")
    return OfferRecord(
        source_id=str(variation["id"]),
        **stock_of(variation, draft, prices),
        variant=variant_of(variation),
        gtin=gtin_of(variation, draft),
        sku=mapping.sku_of(variation.get("sku"), mapping.sku_of(item.get("sku"))),
        url=url,
        images=mapping.image_urls([image] if image else [], draft, shop),
    )


def in_sale(item: Json, variations: Mapping[int, Json]) -> Iterator[Json]:
    """Its published variations, in the shop's order; the disabled ones are "private"."""
    for i in wanted_variations(item):
        if (variation := variations.get(i)) and variation["status"] == "publish":
            yield variation


def withdrawn(item: Json) -> Mapped:
    return Withdrawn(source_id=str(item["id"]), reason="hidden"), []


def product(item: Json, variations: Mapping[int, Json], shop: Shop, prices: Prices) -> Mapped:
    """One public product with its offers; one that is not public is Withdrawn("hidden")."""
    if not public(item):
        return withdrawn(item)
    draft = mapping.start(item)
    draft.attributes = plain_attributes(item)
    draft.brand = mapping.brand_of(item, draft.attributes)
    offers: list[OfferRecord] = []
    if item["type"] == "variable":
        first = mapping.image_urls(rows(item.get("images"))[:1], draft, shop)
        offers.extend(
            without_inherited(offer(item, variation, draft, shop, prices), first)
            for variation in in_sale(item, variations)
        )
    else:
        offers.append(
            OfferRecord(
                source_id=draft.source_id,
                **stock_of(item, draft, prices),
                gtin=gtin_of(item, draft),
                sku=mapping.sku_of(item.get("sku")),
            )
        )
    return mapping.finish(draft, offers, shop)


def stock(item: Json, variations: Mapping[int, Json], prices: Prices) -> Mapped:
    """The sweep's record of one public product; one that is not public is Withdrawn("hidden")."""
    if not public(item):
        return withdrawn(item)
    draft = Draft(item=item, source_id=str(item["id"]), issues=[])
    sold = in_sale(item, variations) if item["type"] == "variable" else (item,)
    return mapping.finish_stock(draft, ((each, stock_of(each, draft, prices)) for each in sold))
