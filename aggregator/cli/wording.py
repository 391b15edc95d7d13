"""How pages, their sources and their fields are called on screen."""

from __future__ import annotations

KIND_TEXTS = {
    "product": "page d'un produit",
    "listing": "liste de produits",
    "home": "page d'accueil",
    "article": "article",
    "account": "panier ou compte",
    "blocked": "page d'un pare-feu, d'un mot de passe ou d'une maintenance",
    "shell": "page vide sans JavaScript",
    "other": "autre page",
}
SOURCE_TEXTS = {
    "json-ld": "JSON-LD",
    "microdata": "microdonnées",
    "rdfa": "RDFa",
    "state": "données des scripts",
    "open-graph": "Open Graph",
    "visible": "page visible",
}
FIELD_TEXTS = {
    "name": "nom",
    "price": "prix",
    "list_price": "prix barré",
    "currency": "devise",
    "availability": "disponibilité",
    "quantity": "quantité",
    "brand": "marque",
    "gtin": "code-barres",
    "sku": "référence",
    "description": "description",
    "images": "photos",
    "category_path": "rayon",
}
VALUE_TEXTS = {"InStock": "en stock", "OutOfStock": "épuisé", "BackOrder": "sur commande"}
SHOWN = 80
"""Characters of a value."""


def field_name(name: str) -> str:
    return FIELD_TEXTS.get(name, name)


def source_name(source: str | None) -> str:
    return SOURCE_TEXTS.get(source, source) if source else ""


def percent(confidence: float) -> str:
    return f"{confidence * 100:.0f} %"


def shortened(value: str | None, field: str = "") -> str:
    """A value on one line of a table."""
    line = VALUE_TEXTS.get(value or "", " ".join((value or "").split()))
    if field in ("price", "list_price"):
        line = line.replace(".", ",")
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
