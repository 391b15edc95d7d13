"""One invented book: title and author, genre, description."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .french import agree, capital, typeset
from .ranges.books import FIRST_NAMES, GENRES, LAST_NAMES, PLACES, RANGE, WHAT, WHO

_FORMATS = ("broché", "broché", "broché", "poche", "grand format", "relié")


@dataclass(frozen=True, slots=True)
class Book:
    """What the bookshop types in; `name` is "Titre – Autrice"."""

    name: str
    category: tuple[str, str]
    price: tuple[int, int]
    description: str
    short_description: str


def book(chance: random.Random, taken: set[str]) -> Book:
    """A book whose name is not taken yet."""
    genre = chance.choices(GENRES, [g.share for g in GENRES])[0]
    name = title = author = ""
    while not name or name in taken:
        title = f"{chance.choice(genre.heads)} {chance.choice(genre.tails)}"
        author = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        name = f"{title} – {author}"
    who = chance.choice(WHO)
    place, what = chance.choice(PLACES), chance.choice(WHAT)
    words = {
        "title": title,
        "author": author,
        "who": who.text,
        "who_cap": capital(who.text),
        "what": what,
        "place_cap": capital(place),
    }
    opening = agree(chance.choice(genre.opens), who, **words)
    middle = chance.sample(RANGE.more, chance.choice((0, 1, 1, 2)))
    if genre.category[0] == "Vie pratique":
        middle = []
    pages = chance.randrange(genre.pages[0], genre.pages[1], 8)
    facts = f"{capital(chance.choice(_FORMATS))}, {pages} pages."
    text = typeset(" ".join([opening, *middle]))
    end = typeset(chance.choice(RANGE.ends)) if chance.random() < 0.5 else ""
    last = f"{facts} {end}".strip()
    return Book(typeset(name), genre.category, genre.price, f"<p>{text}</p>\n<p>{last}</p>\n", f"<p>{facts}</p>\n")
