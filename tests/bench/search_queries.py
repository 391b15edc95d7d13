"""Seeded queries over the generated offers: what people type, clean and with the slips that they make."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tests.bench.offers import Catalogue, Offer, slip, unaccented
from tests.bench.vocabulary import Leaf

Kind = Literal["clean", "typo", "no accent", "plural"]
MIX: tuple[tuple[Kind, int], ...] = (("clean", 87), ("typo", 39), ("no accent", 38), ("plural", 36))
"""Of 200 queries, as in the measures that the design's numbers come from."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as typed, with what was meant."""

    text: str
    kind: Kind
    meant: str
    leaf: Leaf


def mixed(catalogue: Catalogue, seed: int = 11) -> list[Typed]:
    """200 queries in the proportions of `MIX`, in an order of their own."""
    rng = random.Random(seed)
    found = [typed for kind, count in MIX for typed in of_kind(catalogue, kind, count, rng)]
    rng.shuffle(found)
    return found


def of_kind(catalogue: Catalogue, kind: Kind, count: int, rng: random.Random) -> list[Typed]:
    """So many queries of this kind, about offers drawn at random."""
    found: list[Typed] = []
    while len(found) < count:
        offer = catalogue.offer(rng.randint(1, catalogue.size))
        meant = _meant(offer, rng)
        text = spoilt(meant, kind, offer, rng)
        if text is not None:
            found.append(Typed(text, kind, meant, offer.product.leaf))
    return found


def _meant(offer: Offer, rng: random.Random) -> str:
    """Mostly what the thing is and one trait; now and then a brand, a model, or a trait alone."""
    product = offer.product
    name, chance = product.name, rng.random()
    if chance < 0.24:
        return name
    if chance < 0.44 and product.kind:
        return f"{name} {product.kind}"
    if chance < 0.62 and product.tone:
        return f"{name} {product.tone}"
    if chance < 0.74 and product.material:
        return f"{name} en {product.material}"
    if chance < 0.88 and product.brand:
        return f"{name} {product.brand}"
    if chance < 0.96 and product.brand and product.model:
        return f"{product.brand} {product.model}"
    return product.tone or product.kind or name


def spoilt(meant: str, kind: Kind, offer: Offer, rng: random.Random) -> str | None:
    """The query typed in this way; None where it cannot be (no accent to leave out, no noun to flip)."""
    if kind == "clean":
        return meant
    if kind == "no accent":
        bare = unaccented(meant)
        return bare if bare != meant else None
    if kind == "plural":
        one, many = offer.product.leaf.nouns[offer.product.noun].forms
        return meant.replace(one, many, 1) if one != many and one in meant else None
    return with_typo(meant, rng)


def with_typo(meant: str, rng: random.Random) -> str | None:
    """One slip in one word of five letters or more."""
    words = meant.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return None
    place = rng.choice(long)
    words[place] = slip(words[place].lower(), rng.getrandbits(24))
    return " ".join(words)
