"""Categories, tags, brands, attributes and the few settings, in the three APIs' shapes."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

from .answer import Answer, error
from .model import Term
from .options import Options
from .parameters import Params, refusal
from .render import Site
from .text import escape_amp

_ALL = "GET POST PUT PATCH DELETE"
_TAXONOMY = {"categories": "product_cat", "tags": "product_tag", "brands": "product_brand"}


def term_list(site: Site, api: str, which: str, params: Params) -> Answer:
    """The list of `which` ("categories", "tags", "brands", "attributes", "attributes/<id>/terms") or one of them.

    `api`: v3, store or wp. Paged by 10 where the API pages; the Store API gives everything unless asked to page.
    """
    if bad := refusal(params, "store-terms" if api == "store" else "terms"):
        return Answer.json(bad, 400)
    allow = {"Allow": "GET, POST" if api == "v3" else "GET"}
    kind, _, single = which.partition("/")
    if found := re.fullmatch(r"attributes/(\d+)/terms(?:/\d+)?", which):
        attribute = site.attributes.get(int(found[1]))
        if attribute is None:
            return error(404, "woocommerce_rest_taxonomy_invalid", "Resource does not exist.")
        counts = Counter(o for p in site.state.products() for u in p.attributes for o in u.options)
        rows = [_attribute_term(site, api, attribute.id, t, counts[t.slug]) for t in attribute.terms]
    elif kind == "attributes":
        rows = _attributes(site, api)
    else:
        rows = _terms(site, api, kind)
    if single.isdigit():
        one = next((r for r in rows if r["id"] == int(single)), None)
        return Answer.json(one) if one else error(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
    if kind == "attributes" and not which.endswith("terms"):
        return Answer.json(rows, headers=allow, items=len(rows))
    per_page = int(params.get("per_page", 0 if api == "store" else 10)) or max(len(rows), 1)
    page = int(params.get("page", 1))
    if api != "store" or "per_page" in params:
        allow |= {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(math.ceil(len(rows) / per_page))}
    shown = rows[(page - 1) * per_page : page * per_page]
    return Answer.json(shown, headers=allow, items=len(shown))


def _terms(site: Site, api: str, kind: str) -> list[dict[str, Any]]:
    terms: list[Term] = sorted(getattr(site, kind).values(), key=lambda t: t.name.casefold())
    counts = Counter(t for p in site.state.products() if p.status == "publish" for t in getattr(p, kind))
    below = {t.id: [c.id for c in terms if c.parent == t.id] for t in terms}
    rows = []
    for term in terms:
        count = counts[term.id] + sum(counts[c] for c in below[term.id])
        link = site.category_link(term) if kind == "categories" else site.term_link(kind, term)
        row: dict[str, Any] = {"id": term.id, "name": escape_amp(term.name), "slug": term.slug}
        if api == "store":
            row |= {"description": term.description, "parent": term.parent, "count": count}
            row |= {"image": None, "review_count": 0, "permalink": link} if kind != "tags" else {}
        elif api == "wp":
            row |= {"count": count, "description": term.description, "link": link, "taxonomy": _TAXONOMY[kind]}
            row |= {"parent": term.parent, "meta": []} if kind != "tags" else {"meta": []}
        else:
            row |= {"parent": term.parent} if kind != "tags" else {}
            row |= {"description": term.description}
            row |= {"display": "default", "image": None, "menu_order": 0} if kind != "tags" else {}
            row |= {"count": count}
        rows.append(row if api == "store" else row | {"_links": _links(site, api, kind, term.id)})
    return rows


def _links(site: Site, api: str, kind: str, number: int) -> dict[str, Any]:
    root = f"{site.base_url}/wp-json/" + (f"wp/v2/{_TAXONOMY[kind]}" if api == "wp" else f"wc/v3/products/{kind}")
    return _self_and_all(f"{root}/{number}", root, "GET" if api == "wp" else _ALL)


def _self_and_all(own: str, root: str, verbs: str) -> dict[str, Any]:
    return {"self": [{"href": own, "targetHints": {"allow": verbs.split()}}], "collection": [{"href": root}]}


def _attributes(site: Site, api: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for a in site.attributes.values():
        row: dict[str, Any] = {"id": a.id, "name": a.name}
        if api == "store":
            row |= {"taxonomy": f"pa_{a.slug}", "type": "select", "order": "menu_order", "has_archives": False}
            rows.append(row | {"count": len(a.terms)})
        else:
            row |= {"slug": f"pa_{a.slug}", "type": "select", "order_by": "menu_order", "has_archives": False}
            root = f"{site.base_url}/wp-json/wc/v3/products/attributes"
            rows.append(row | {"_links": _self_and_all(f"{root}/{a.id}", root, _ALL)})
    return rows


def _attribute_term(site: Site, api: str, attribute: int, term: Term, count: int) -> dict[str, Any]:
    row: dict[str, Any] = {"id": term.id, "name": escape_amp(term.name), "slug": term.slug, "description": ""}
    if api == "store":
        return row | {"parent": 0, "count": count}
    root = f"{site.base_url}/wp-json/wc/v3/products/attributes/{attribute}/terms"
    return row | {"menu_order": 0, "count": count, "_links": _self_and_all(f"{root}/{term.id}", root, _ALL)}


def settings(options: Options, which: str) -> Answer:
    """What an owner's key may read beside products, as far as a catalogue reader could want it; lists are empty."""
    if which == "data/currencies/current":
        return Answer.json({"code": "EUR", "name": "Euro", "symbol": "&euro;"})
    if which == "settings/tax":
        rows = [
            ("woocommerce_prices_include_tax", "no" if options.prices_exclude_tax else "yes"),
            ("woocommerce_tax_display_shop", "incl"),
        ]
        return Answer.json([{"id": name, "type": "select", "value": value, "group_id": "tax"} for name, value in rows])
    if which == "system_status":
        return Answer.json({"environment": {"version": options.version, "wp_version": "7.1"}})
    return Answer.json([])
