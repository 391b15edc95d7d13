"""Catalogues of any size for measurements: plain products, told from a formula, their long texts written when read."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from .catalogue import TODAY
from .codes import ean13, siret
from .model import Attribute, AttributeUse, Catalogue, Merchant, Picture, Product, Term

_SIZES = Attribute(
    1, "Taille", "taille", tuple(Term(400 + n, s, s.lower()) for n, s in enumerate(["S", "M", "L", "XL"]))
)
_CATEGORIES = tuple(Term(100 + n, f"Rayon {n + 1}", f"rayon-{n + 1}", 100 + n // 5 if n >= 5 else 0) for n in range(25))
_WORDS = [
    "Coffret",
    "Panier",
    "Cahier",
    "Lampe",
    "Bol",
    "Bougie",
    "Foulard",
    "Plaid",
    "Cadre",
    "Vase",
    "Pichet",
    "Carnet",
    "Coussin",
    "Savon",
    "Miroir",
]
_STUFF = ("en bois", "en lin", "en grès", "en laine", "en coton", "en verre", "en osier")
_PICTURE = Picture("blocks", (126, 175, 214))
_SENTENCES = (
    "Un article de mesure, ni beau ni laid, dont le texte a la longueur ordinaire.",
    "Fabriqué dans un atelier imaginaire, il ne sera jamais livré à personne.",
    "Son prix, son stock et sa date se déduisent de son numéro.",
    "Il existe pour que les grands catalogues se lisent comme les petits.",
)


def synthetic(count: int, variable_every: int = 8, variations: int = 4, sentences: int = 12) -> Catalogue:
    """A catalogue of `count` products, each `variable_every`th with `variations` variations (0: none).

    `sentences` sets the length of descriptions (12: about 850 characters). About 1 KB of memory a product.
    """
    return Catalogue(
        name="Boutique de mesure",
        kind="synthetic",
        tagline="Des articles par milliers",
        merchant=Merchant("Boutique de mesure", siret(99_999), "1, rue du Compte", "34700", "Lodève", "m@example.fr"),
        accent=(80, 80, 90),
        products=tuple(_products(count, variable_every, min(variations, len(_SIZES.terms)))),
        categories=_CATEGORIES,
        attributes=(_SIZES,),
        describe=functools.partial(_describe, sentences),
    )


def _describe(sentences: int, product: Product) -> str:
    text = " ".join(_SENTENCES[(product.id + n) % len(_SENTENCES)] for n in range(sentences))
    return f"<p>{text}</p>\n<p>Référence {product.sku}.</p>\n"


def _products(count: int, variable_every: int, variations: int) -> Iterator[Product]:
    number = 100
    sizes = tuple(t.slug for t in _SIZES.terms[:variations])
    for n in range(count):
        number += 1
        name = f"{_WORDS[n % len(_WORDS)]} {_STUFF[n % len(_STUFF)]} n° {n + 1}"
        price = f"{5 + n * 7 % 195}.90"
        made = TODAY - (count - n) * 600
        family = bool(variable_every and variations) and n % variable_every == 0
        parent = Product(
            id=number,
            name=name,
            slug=f"article-{n + 1}",
            type="variable" if family else "simple",
            sku=f"MES-{n + 1:06}",
            global_unique_id="" if family else ean13(f"28{n:010}"),
            regular_price="" if family else price,
            manage_stock=not family,
            stock_quantity=None if family else 1 + n % 40,
            categories=(_CATEGORIES[n % 25].id,),
            attributes=(AttributeUse(_SIZES, sizes, variation=True),) if family else (),
            picture=_PICTURE,
            created=made,
            modified=made,
        )
        yield parent
        for i, size in enumerate(sizes if family else ()):
            number += 1
            yield Product(
                id=number,
                name=name,
                slug=f"{parent.slug}-{size}",
                type="variation",
                parent=parent.id,
                choice=((_SIZES.id, size),),
                sku=f"{parent.sku}-{i + 1}",
                global_unique_id=ean13(f"27{n:08}{i:02}"),
                regular_price=price,
                manage_stock=True,
                stock_quantity=(n + i) % 12,
                stock_status="instock" if (n + i) % 12 else "outofstock",
                created=made,
                modified=made,
                menu_order=i,
            )
