"""What anybody may read without a key: the Store API's JSON of a product, and wp/v2's."""

from __future__ import annotations

from typing import Any

from .clock import gmt, local
from .pricing import CURRENCY, minor, price_html
from .render import View, image_number
from .text import escape_amp, texturize

LOW_STOCK = 2  # WooCommerce's own default threshold
NO_LIMIT = 9999


def store_product(view: View) -> dict[str, Any]:
    """A product or a variation as `/wc/store/v1/products` shows it."""
    p = view.product
    item: dict[str, Any] = {
        "id": p.id,
        "name": view.html_name,
        "slug": p.slug,
        "parent": p.parent,
        "type": p.type,
        "variation": _chosen_text(view),
        "permalink": view.permalink,
        "sku": view.sku,
        "short_description": p.short_description,
        "description": view.description,
        "on_sale": view.net.on_sale,
        "prices": _prices(view),
        "price_html": price_html(view.shown, bdi=False),
        "average_rating": "0",
        "review_count": 0,
        "images": view.images(sizes=True),
        **_terms(view),
        "attributes": _attributes(view),
        "variations": _variations(view),
        "grouped_products": list(p.grouped),
        "has_options": p.type == "variable",
        "is_purchasable": view.purchasable,
        **_stock(view),
        "sold_individually": p.sold_individually,
        "add_to_cart": _add_to_cart(view),
        "extensions": {},
    }
    return view.overridden("store", item)


def _prices(view: View) -> dict[str, Any]:
    shown = view.shown
    spread = view.product.type in ("variable", "grouped") and shown.low != shown.high
    return {
        "price": minor(shown.active),
        "regular_price": minor(shown.regular or shown.active),
        "sale_price": minor(shown.active if not shown.sale or view.product.type != "simple" else shown.sale),
        "price_range": {"min_amount": minor(shown.low), "max_amount": minor(shown.high)} if spread else None,
        **CURRENCY,
    }


def _terms(view: View) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in ("categories", "tags", "brands"):
        found[kind] = [
            {
                "id": t.id,
                "name": escape_amp(t.name),
                "slug": t.slug,
                "link": view.site.category_link(t) if kind == "categories" else view.site.term_link(kind, t),
            }
            for t in view.terms(kind)
        ]
    return found


def _chosen_text(view: View) -> str:
    names = [view.site.attributes[a].name for a, v in view.product.choice if v]
    return ", ".join(f"{name}: {value}" for name, value in zip(names, view.chosen_names, strict=True))


def _attributes(view: View) -> list[dict[str, Any]]:
    """A parent's attributes with their values; a variation's list is empty (measured), only `variation` tells."""
    return [
        {
            "id": use.attribute.id,
            "name": use.attribute.name,
            "taxonomy": f"pa_{use.attribute.slug}",
            "has_variations": use.variation,
            "terms": [
                {"id": t.id, "name": t.name, "slug": t.slug} for t in (use.attribute.term(o) for o in use.options)
            ],
        }
        for use in view.product.attributes
    ]


def _variations(view: View) -> list[dict[str, Any]]:
    if view.product.type != "variable":
        return []
    known = view.site.attributes
    return [
        {"id": c.id, "attributes": [{"name": known[a].name, "value": v or None} for a, v in c.choice]}
        for c in view.family
        if c.status == "publish"
    ]


def _stock(view: View) -> dict[str, Any]:
    status, quantity = view.stock_status, view.quantity
    text, css = {
        "outofstock": ("Out of stock", "out-of-stock"),
        "onbackorder": ("Available on backorder", "available-on-backorder"),
    }.get(status, (f"{quantity} in stock" if quantity is not None else "", "in-stock"))
    if view.product.type == "variable" and status == "instock":
        text, css = "", ""
    low = quantity is not None and quantity <= LOW_STOCK
    return {
        "is_in_stock": status != "outofstock",
        "is_on_backorder": status == "onbackorder",
        "low_stock_remaining": max(quantity or 0, 0) if low else None,
        "stock_availability": {"text": text, "class": css},
    }


def _add_to_cart(view: View) -> dict[str, Any]:
    p, in_stock = view.product, view.stock_status != "outofstock"
    name = texturize(view.full_name)
    single = "Add to cart"
    if p.type == "external":
        text = about = single = "Voir chez le fabricant"
        url = p.external_url
    elif p.type == "grouped":
        text, about, url = "View products", f"View products in the &ldquo;{name}&rdquo; group", view.permalink
    elif p.type == "variable" and view.purchasable and in_stock:
        text, about, url = "Select options", f"Select options for &ldquo;{name}&rdquo;", view.permalink
    elif view.purchasable and in_stock:
        cart = f"{view.permalink}&variation_id={p.id}&add-to-cart={p.parent}".replace("&", "&#038;")
        url = cart if p.type == "variation" else f"?add-to-cart={p.id}"
        text, about = "Add to cart", f"Add to cart: &ldquo;{name}&rdquo;"
    else:
        text, about, url = "Read more", f"Read more about &ldquo;{name}&rdquo;", view.permalink.replace("&", "&#038;")
    limited = view.quantity is not None and view.quantity > 0 and p.backorders == "no" and in_stock
    return {
        "text": text,
        "description": about,
        "url": url,
        "single_text": single,
        "minimum": 1,
        "maximum": (1 if p.sold_individually else view.quantity if limited else NO_LIMIT),
        "multiple_of": 1,
    }


def wp_product(view: View) -> dict[str, Any]:
    """A published product as `/wp/v2/product` shows it: no price, but the surest sign of presence."""
    p, base = view.product, view.site.base_url
    api, closed = f"{base}/wp-json/wp/v2", bool(p.post_password)
    words = [f"product_cat-{t.slug}" for t in view.terms("categories")] + [
        f"product_tag-{t.slug}" for t in view.terms("tags")
    ]
    item = {
        "id": p.id,
        "date": local(p.created),
        "date_gmt": gmt(p.created),
        "guid": {"rendered": f"{base}/?post_type=product&#038;p={p.id}"},
        "modified": local(p.modified),
        "modified_gmt": gmt(p.modified),
        "slug": p.slug,
        "status": p.status,
        "type": "product",
        "link": view.permalink,
        "title": {"rendered": view.html_name},
        "content": {"rendered": "" if closed else view.description, "protected": closed},
        "excerpt": {"rendered": "" if closed else p.short_description, "protected": closed},
        "featured_media": image_number(p.id, 0) if p.images else 0,
        "comment_status": "open",
        "ping_status": "closed",
        "template": "",
        "meta": [],
        "product_brand": list(p.brands),
        "product_cat": list(p.categories),
        "product_tag": list(p.tags),
        "class_list": [
            f"post-{p.id}",
            "product",
            "type-product",
            f"status-{p.status}",
            *(["post-password-required"] if closed else ["has-post-thumbnail"] if p.images else []),
            *words,
            view.stock_status,
            *(["sale"] if view.net.on_sale else []),
            "taxable",
            "shipping-taxable",
            *(["purchasable"] if view.purchasable else []),
            f"product-type-{p.type}",
        ],
        "_links": {
            "self": [{"href": f"{api}/product/{p.id}", "targetHints": {"allow": ["GET"]}}],
            "collection": [{"href": f"{api}/product"}],
            "about": [{"href": f"{api}/types/product"}],
        },
    }
    return view.overridden("wp", item)
