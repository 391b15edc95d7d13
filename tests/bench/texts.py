"""Descriptions of the generated offers: some of the maker's text, some of the shop's, with what every shop says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.bench.vocabulary import MOOD, Leaf, any_word, leaves

if TYPE_CHECKING:
    from tests.bench.offers import Product

_ABOUT = (
    "Découvrez {cette} {noun} {mood}, {fait} pour durer.",
    "{Cette} {noun} {kind} trouvera sa place chez vous comme chez vos proches.",
    "Un modèle {mood} et {mood2} qui accompagne votre {other} au quotidien.",
    "{Noun} {kind} : le choix {mood} pour celles et ceux qui aiment les belles choses.",
    "Se marie très bien avec {other} et {other2}.",
    "Notre {noun} a été {fait} en petite série, à la demande de nos clients.",
    "{Cette} {noun} remplace avantageusement un ancien modèle.",
    "Livré sans {other} ni {other2}, vendus séparément dans notre rayon {leaf}.",
    "Un grand classique du rayon {leaf}, {mood} et facile à entretenir.",
    "{Noun} {mood}, {kind}, pour un usage quotidien ou occasionnel.",
    "Idéal pour offrir : {noun}, {other} ou {other2}, il y en a pour tous les goûts.",
    "À associer à {other} de la même collection.",
)
_GENERAL = (
    "Fabriqué dans un atelier proche de chez nous, avec des matières choisies.",
    "Lavage à la main à l'eau froide, séchage à l'air libre.",
    "Livraison en trois jours ou retrait gratuit à la boutique.",
    "Garantie deux ans, pièces et main d'œuvre.",
    "Les couleurs peuvent varier légèrement d'un écran à l'autre.",
    "Convient aux enfants à partir de trois ans, sous la surveillance d'un adulte.",
    "Présenté dans une boîte en carton recyclé.",
    "Passe au lave-vaisselle et au micro-ondes.",
    "Paiement sécurisé, retours acceptés sous quatorze jours.",
    "Dimensions indiquées à un centimètre près, poids net sans emballage.",
    "Notre équipe vous conseille par téléphone du mardi au samedi.",
    "Certifié sans substances nocives pour la peau.",
    "Montage facile en moins de vingt minutes, notice en français.",
    "Produit en stock en magasin, expédié le jour même avant midi.",
    "Entretien : un chiffon doux légèrement humide suffit.",
    "Chaque pièce est unique : de petites différences sont possibles.",
    "Nouvelle version améliorée, plus légère et plus solide.",
    "Ne pas exposer à la chaleur ni à la lumière directe du soleil.",
    "Coup de cœur de la boutique depuis plusieurs saisons.",
    "Emballage cadeau offert sur simple demande.",
)


@cache
def _sentences(number: int) -> tuple[str, ...]:
    """Sentences about the things of one category, agreed beforehand."""
    every = leaves()
    leaf = every[number]
    found = []
    for place in range(96):
        noun = leaf.nouns[place % len(leaf.nouns)]
        others = every[(number + place // 7) % len(every)].nouns
        found.append(_sentence(leaf, place, noun.plain, noun.gender, others[place % len(others)].plain))
    return tuple(found)


def _sentence(leaf: Leaf, place: int, noun: str, gender: int, other: str) -> str:
    """One of them. Their grammar is that of shops in a hurry."""
    cette = "cette" if gender else "cet" if noun[0] in "aeéiouhê" else "ce"
    words = {
        "cette": cette, "Cette": cette.capitalize(), "noun": noun, "Noun": noun.capitalize(), "other": other,
        "other2": leaf.nouns[(place * 5 + 3) % len(leaf.nouns)].plain, "kind": leaf.kinds[place % len(leaf.kinds)],
        "mood": MOOD[place * 7 % len(MOOD)], "mood2": MOOD[(place * 3 + 1) % len(MOOD)],
        "fait": "faite" if gender else "fait", "leaf": leaf.name.lower(),
    }  # fmt: skip
    return _ABOUT[(place // len(leaf.nouns) + place) % len(_ABOUT)].format(**words)


def describe(product: Product, bits: int, shop: str) -> str:
    """Some 350 characters; half of a product's shops have taken over the maker's text."""
    own = product.bits[2] if bits & 1 else bits
    about = _sentences(product.leaf.number)
    # Every len(nouns)-th sentence is of this very noun: two of three descriptions say what the thing is.
    count = len(product.leaf.nouns)
    first = product.noun + (own >> 8 & 0xFF) % (len(about) // count) * count if own & 6 else own >> 16 & 63
    tone, model = product.tone, product.model
    return (
        f"{about[first]} {_GENERAL[(own >> 4) % 20]}"
        f"{f' Coloris {tone}.' if tone and own & 8 else ''}{f' En {product.material}.' if product.material else ''}"
        f" {about[own % 96]} {_GENERAL[(bits >> 9) % 20]} Collection {any_word(product.bits[3])}"
        f"{f', modèle {model}' if model and own & 16 else ''}"
        f"{f', par {product.brand}' if product.brand and own & 32 else ''}."
        f"{f' {any_word(bits).capitalize()}, {shop}.' if bits & 64 else ''}"
    )
