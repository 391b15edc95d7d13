"""Branded articles that several shops of the town sell, each in its own words: what makes products of listings.

The brands do not exist. Look-alikes stand beside them that nobody should take for the same: another colour, size or
model, a lot, a refill, an accessory, last year's.
"""

from __future__ import annotations

import dataclasses

from ..catalogue import TODAY
from ..codes import trade_ean13
from ..french import COLOURS, typeset
from ..model import Catalogue, Picture, Product, Term
from ..ranges import RANGES
from ..text import escape_amp, slugify
from . import coded, numbered, titled
from .article import Article, Sold

ARTICLES: tuple[Article, ...] = (*coded.ARTICLES, *numbered.ARTICLES, *titled.ARTICLES)
_DAY = 86_400


def with_branded(catalogue: Catalogue) -> Catalogue:
    """The catalogue and what its shop sells of these, after everything else; the same where that is nothing."""
    sold = [(article, one) for article in ARTICLES for one in article.sold if one.kind == catalogue.kind]
    if not sold:
        return catalogue
    shelves = _Shelves(catalogue.categories)
    names = {term.name: term for term in catalogue.brands}
    for article, _ in sold:
        names.setdefault(article.brand, Term(200 + len(names), article.brand, slugify(article.brand)))
    products = list(catalogue.products)
    for nth, (article, one) in enumerate(sold):
        number = products[-1].id + 1
        product = _product(number, article, one, TODAY - _DAY * (len(sold) - nth))
        shelf, brand = shelves.find(one.shelf), names[article.brand].id
        products.append(dataclasses.replace(product, categories=(shelf,), brands=(brand,) if one.branded else ()))
    return dataclasses.replace(
        catalogue, products=tuple(products), categories=tuple(shelves.terms), brands=tuple(names.values())
    )


class _Shelves:
    """The categories of a shop, with those that it lacked."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = list(terms)

    def find(self, path: tuple[str, str]) -> int:
        """The number of the lower one."""
        top = self._term(path[0], 0)
        return self._term(path[1], top.id).id

    def _term(self, name: str, parent: int) -> Term:
        for term in self.terms:
            if (term.name, term.parent) == (name, parent):
                return term
        slug = slugify(name)
        slug = f"{slug}-{parent}" if any(term.slug == slug for term in self.terms) else slug
        self.terms.append(Term(100 + len(self.terms), name, slug, parent))
        return self.terms[-1]


def _product(number: int, article: Article, one: Sold, created: int) -> Product:
    name = typeset(one.title)
    text = f"{article.text} {RANGES[one.kind].ends[number % len(RANGES[one.kind].ends)]}"
    return Product(
        id=number,
        name=name,
        slug=f"{slugify(name)}-{number}",
        description=f"<p>{escape_amp(typeset(text))}</p>\n",
        sku=one.sku,
        global_unique_id=trade_ean13(article.number) if article.number and one.tells_gtin else "",
        regular_price=one.was or one.price,
        sale_price=one.price if one.was else "",
        manage_stock=one.stock is not None,
        stock_quantity=one.stock,
        stock_status="outofstock" if one.stock == 0 else "instock",
        images=1,
        picture=Picture(article.shape, COLOURS[article.colour]),
        created=created,
        modified=created,
    )
