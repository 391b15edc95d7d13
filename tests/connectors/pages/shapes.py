"""What the tests of the readers share: a page of one's own making, and JSON-LD in it."""

from __future__ import annotations

import json
from typing import Any

from connectors.pages.page import Page

URL = "https://boutique.example/produits/tasse-bleue"


def page(body: str, head: str = "", url: str = URL) -> Page:
    source = f"<!doctype html><html lang=fr><head><title>Tasse bleue</title>{head}</head><body>{body}</body></html>"
    return Page.parse(url, source.encode())


def ld(*blocks: Any) -> Page:
    """A page with these blocks; a text is put in as it is."""
    texts = (block if isinstance(block, str) else json.dumps(block) for block in blocks)
    return page("".join(f'<script type="application/ld+json">{text}</script>' for text in texts))


def product(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Product", "name": "Tasse bleue", **fields}


def offer(**fields: Any) -> dict[str, Any]:
    return {"@type": "Offer", "price": "12.90", "priceCurrency": "EUR", **fields}
