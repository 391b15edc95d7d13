"""wc/v3's and wc-analytics' JSON of a product and of a variation."""

from __future__ import annotations

import random
from typing import Any

from .clock import gmt, local
from .model import Product
from .pricing import price_html
from .render import View
from .text import escape_amp

ALL_VERBS = {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]}


def rest_product(view: View) -> dict[str, Any]:
    """A product (or a variation asked for by product id) as wc/v3 shows it."""
    p = view.product
    variation = p.type == "variation"
    item: dict[str, Any] = {
        "id": p.id,
        "name": view.full_name,
        "slug": p.slug,
        "permalink": view.permalink,
        **_dates(p),
        "type": p.type,
        "status": p.status,
        "featured": p.featured,
        "catalog_visibility": p.catalog_visibility,
        "description": view.description,
        "short_description": p.short_description,
        "sku": view.sku,
        **_prices(view),
        "on_sale": view.net.on_sale,
        "purchasable": view.purchasable,
        "total_sales": str(p.total_sales) if variation else p.total_sales,
        **_downloads(),
        "external_url": p.external_url,
        "button_text": "Voir chez le fabricant" if p.external_url else "",
        "tax_status": "taxable",
        "tax_class": "",
        "manage_stock": p.manage_stock,
        "stock_quantity": view.quantity,
        **_backorders(view),
        "low_stock_amount": None,
        "sold_individually": p.sold_individually,
        **_parcel(p),
        "shipping_required": True,
        "shipping_taxable": True,
        "shipping_class": "",
        "shipping_class_id": 0,
        "reviews_allowed": not variation,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": p.parent,
        "purchase_note": "",
        **{k: [_term(t) for t in view.terms(k)] for k in ("categories", "brands", "tags")},
        "images": view.images(sizes=False),
        "attributes": _choice(view) if variation else _attributes(view),
        "default_attributes": [],
        "variations": [c.id for c in view.family] if p.type == "variable" else [],
        "grouped_products": list(p.grouped),
        "menu_order": p.menu_order,
        "price_html": price_html(view.shown, bdi=True),
        "related_ids": [] if variation else _related(view),
        "meta_data": _meta(p),
        "stock_status": view.stock_status,
        "has_options": p.type == "variable",
        "post_password": p.post_password,
        "global_unique_id": p.global_unique_id,
        "_links": _links(view, f"wc/v3/products/{p.id}", "wc/v3/products", ALL_VERBS),
    }
    if variation:
        item["_links"]["up"] = [{"href": f"{view.site.base_url}/wp-json/wc/v3/products/{p.parent}"}]
    return view.overridden("v3", item)


def rest_variation(view: View, analytics: bool = False) -> dict[str, Any]:
    """A variation under its parent's `/variations`, or among all of wc-analytics'."""
    p = view.product
    images = view.images(sizes=False)
    item: dict[str, Any] = {
        "id": p.id,
        "type": "variation",
        **_dates(p),
        "description": p.description,
        "permalink": view.permalink,
        "sku": view.sku,
        "global_unique_id": p.global_unique_id,
        **_prices(view),
        "on_sale": view.net.on_sale,
        "status": p.status,
        "purchasable": view.purchasable,
        **_downloads(),
        "tax_status": "taxable",
        "tax_class": "",
        "manage_stock": p.manage_stock,
        "stock_quantity": view.quantity,
        "stock_status": p.stock_status,
        **_backorders(view),
        "low_stock_amount": None,
        **_parcel(p),
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": images[0] if images else None,
        "attributes": _choice(view),
        "menu_order": p.menu_order,
        "meta_data": _meta(p),
        "name": view.full_name if analytics else ", ".join(view.chosen_names),
        "parent_id": p.parent,
    }
    # wc-analytics loses the parent's number in its own links (measured).
    parent, root = (0, "wc-analytics") if analytics else (p.parent, "wc/v3")
    collection = f"{root}/products/{parent}/variations"
    links = _links(view, f"{collection}/{p.id}", collection, None if analytics else ALL_VERBS)
    item["_links"] = {**links, "up": [{"href": f"{view.site.base_url}/wp-json/{root}/products/{parent}"}]}
    return view.overridden("v3", item)


def _related(view: View) -> list[int]:
    """Other products, drawn anew at each request, as the shop does: never to be compared."""
    drawn = random.choices(view.site.state.catalogue.products, k=8)
    return [p.id for p in drawn if p.type != "variation" and p.id != view.product.id][:5]


def _dates(p: Product) -> dict[str, str]:
    return {
        "date_created": local(p.created),
        "date_created_gmt": gmt(p.created),
        "date_modified": local(p.modified),
        "date_modified_gmt": gmt(p.modified),
    }


def _prices(view: View) -> dict[str, Any]:
    p, parent = view.product, view.product.type in ("variable", "grouped")

    def day(second: int | None, convert: Any) -> str | None:
        return None if second is None else str(convert(second))

    return {
        "price": view.net.active,
        "regular_price": "" if parent else p.regular_price,
        "sale_price": "" if parent else p.sale_price,
        "date_on_sale_from": day(p.sale_from, local),
        "date_on_sale_from_gmt": day(p.sale_from, gmt),
        "date_on_sale_to": day(p.sale_to, local),
        "date_on_sale_to_gmt": day(p.sale_to, gmt),
    }


def _downloads() -> dict[str, Any]:
    return {"virtual": False, "downloadable": False, "downloads": [], "download_limit": -1, "download_expiry": -1}


def _backorders(view: View) -> dict[str, Any]:
    p = view.product
    waiting = p.manage_stock and p.backorders != "no" and (p.stock_quantity or 0) <= 0
    return {"backorders": p.backorders, "backorders_allowed": p.backorders != "no", "backordered": waiting}


def _parcel(p: Product) -> dict[str, Any]:
    return {"weight": p.weight, "dimensions": {"length": "", "width": "", "height": ""}}


def _term(term: Any) -> dict[str, Any]:
    return {"id": term.id, "name": escape_amp(term.name), "slug": term.slug}


def _attributes(view: View) -> list[dict[str, Any]]:
    return [
        {
            "id": use.attribute.id,
            "name": use.attribute.name,
            "slug": f"pa_{use.attribute.slug}",
            "position": position,
            "visible": True,
            "variation": use.variation,
            "options": [use.attribute.term(o).name for o in use.options],
        }
        for position, use in enumerate(view.product.attributes)
    ]


def _choice(view: View) -> list[dict[str, Any]]:
    known = view.site.attributes
    return [
        {"id": a, "name": known[a].name, "slug": f"pa_{known[a].slug}", "option": known[a].term(value).name}
        for a, value in view.product.choice
        if value  # "any" is simply not listed
    ]


def _meta(p: Product) -> list[dict[str, Any]]:
    return [{"id": p.id * 10 + n, "key": key, "value": value} for n, (key, value) in enumerate(p.meta)]


def _links(view: View, own: str, collection: str, hints: dict[str, Any] | None) -> dict[str, Any]:
    root = f"{view.site.base_url}/wp-json"
    own_link: dict[str, Any] = {"href": f"{root}/{own}"} | ({"targetHints": hints} if hints else {})
    return {"self": [own_link], "collection": [{"href": f"{root}/{collection}"}]}
