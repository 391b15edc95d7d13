"""What a listing says that the thing is, apart from what it is for, goes with or is made of. Pure.

In French the head of a phrase stands first: what follows "à", "de", "pour" or "en" tells of it, so a "brosse à
chaussures" is a brush. The same holds for what visitors type. A shop's category names its things too, unless they are
what goes with these: the brush is filed under shoes as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.text import STOP_WORDS, fold
from aggregator.search.traits import SHADES


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEFORE = _set(
    "a au aux de du des d pour en avec sans sur sous par dans chez contre entre vers facon style type modele "
    "compatible compatibles convient adapte adaptee adaptes special speciale by for with ref reference"
)
"""Folded words after which no longer the thing itself is named."""
_MEASURES = _set(
    "lot lots paire paires pack packs set ensemble serie assortiment duo trio quatuor sachet sachets tube paquet kilo "
    "tablette pelote bouteille bocal barquette botte kit boite coffret jeu rouleau palette carton pot panier caisse"
)
"""Before "de" and a number, these tell how many there are of the thing, and do not name it."""
_ALWAYS = _set("lot lots paire paires pack packs assortiment duo trio sachet sachets paquet kilo tablette barquette")
"""These do so before any "de"."""
_MODEST = _set(
    "petit petite petits petites grand grande grands grandes beau bel belle beaux belles nouveau nouvel nouvelle "
    "nouveaux nouvelles vieux vieil vieille joli jolie jolis jolies mini maxi super veritable veritables authentique "
    "ancien ancienne anciens anciennes gros grosse grosses tres double superbe magnifique mon ma mes ton ta tes "
    "promo soldes destockage neuf neuve"
)
"""Words that may stand before the one that names the thing."""
_BESIDE = _set(
    "accessoire accessoires entretien piece pieces equipement equipements rangement rangements protection protections "
    "consommable consommables divers autre autres nouveaute nouveautes promotion promotions solde soldes occasion "
    "occasions materiel accueil boutique produit produits cadeau cadeaux idee idees selection marque marques"
)
"""A category of one of these names does not say what its things are, and what it stands under even less."""
_COMPANIONS = _set(
    "housse housses etui etuis coque coques support supports chargeur chargeurs cable cables adaptateur adaptateurs "
    "brosse brosses pompe pompes cadenas antivol antivols sonnette sonnettes filtre filtres cartouche cartouches "
    "recharge recharges telecommande telecommandes batterie batteries pile piles cirage cirages lacet lacets semelle "
    "semelles embauchoir embauchoirs pied pieds fixation fixations kit kits sacoche sacoches cordon cordons corde "
    "cordes mediator mediators bracelet bracelets boite boites presentoir presentoirs ecrin ecrins film films verre "
    "verres protection protections cintre cintres crochet crochets selle selles chambre chaine chaines pneu pneus "
    "roulette roulettes ampoule ampoules joint joints vis poignee poignees bouchon bouchons couvercle couvercles "
    "nettoyant nettoyants lingette lingettes spray produit produits gant gants casque casques lutrin lutrins "
    "engrais terreau rangement moule moules"
)
"""What goes with other things, and lies in shops under their name: of these, only the title says what they are."""

_PRAISE = _set(
    "edition limitee limite fait faite main fabrication qualite livraison offerte gratuite idee cadeau nouvelle neuf "
    "collection artisanal artisanale made france francais francaise ecologique vintage occasion cher promo promotion "
    "haut gamme design professionnel professionnelle couleur coloris taille pointure modele marque original originale "
    "officiel officielle stock expedition garantie"
)
"""Said of anything: like a colour, never what it is, unless it stands first."""

_PART = re.compile(r"\s+[-–—•/+]+\s+|[,;:|()\[\]!?«»\"]+")
_WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
_ELIDED = re.compile(r"\bd['’ʼ`´](?=\w)", re.IGNORECASE)
_OTHER_ELIDED = re.compile(r"\b(?:[cjlmnst]|qu)['’ʼ`´](?=\w)", re.IGNORECASE)
_APOSTROPHES = frozenset("'’ʼ`´")
_HYPHENS = str.maketrans("", "", "-‐‑")
_PARTS = 2
"""Parts of a title in which the thing may be named: "Canon Pixma - Imprimante"."""
_BEHIND_BRAND = 4
"""Behind its maker's name a thing's model may come first: "Dyson V8 Absolute aspirateur"."""
_LEVEL_WORDS = 4
_LEVELS = 3
"""Levels of a shop's category that are looked at, from the last one upwards."""


def is_before(folded: str) -> bool:
    """Whether what follows this word tells of the thing and does not name it."""
    return folded in _BEFORE


def is_measure(folded: str) -> bool:
    """Whether this word tells how many, as "lot" in "lot de 6 verres", or tells nothing."""
    return folded in _ALWAYS or folded in STOP_WORDS or folded.isdigit()


def elided(raw: str) -> bool:
    """Whether a word is written with the elided "de": "d'oreille"."""
    return _ELIDED.match(raw) is not None


@dataclass(frozen=True, slots=True)
class Named:
    """Folded words, hyphened ones written in one."""

    head: tuple[str, ...]
    """What the title says that the thing is, the foremost word first."""
    kind: tuple[str, ...]
    """What its categories say so, where they do."""


def named(title: str, brand: str, path: Sequence[str], node: str) -> Named:
    """What a thing is. `path` is the shop's own category, `node` that of the portal's tree.

    "Canon Cartouche d'encre pour imprimante": head "cartouche", whatever else it says; "Inès bleu" in "Chaussures >
    Escarpins": kind "escarpins chaussures"."""
    left = _without(title, brand)
    words, rest = _of_title(left, _BEHIND_BRAND if left is not title else 2 if _shouts(title) else 1)
    if words and words[0] in _COMPANIONS:
        return Named((words[0],), ())
    kind: dict[str, None] = {}
    for levels in (_of_path(tuple(path)), _of_node(node)):
        for level, forms in levels:
            if not forms.isdisjoint(rest):  # "Lacets de chaussures": that is what they are for
                break
            kind.update(level)
    return Named(tuple(dict.fromkeys(words)), tuple(kind))


def _without(title: str, brand: str) -> str:
    if brand and len(title) > len(brand) and title[: len(brand)].casefold() == brand.casefold():
        return title[len(brand) :]
    return title


def _shouts(title: str) -> bool:
    """Whether the first word alone is in capitals: a maker that is not told apart ("SAMSUNG Coque"), or the thing."""
    first = title.partition(" ")[0]
    return len(first) > 3 and first.isupper() and not title.isupper()


def _of_title(title: str, most: int) -> tuple[list[str], set[str]]:
    """The words that name the thing, the foremost first, and all other words. In "Robot piscine" that is the first
    word; merchants leave the preposition out. `most`: so many of the first words may name it."""
    found: list[str] = []
    rest: set[str] = set()
    parts = [words for words in map(_words, _PART.split(_spread(title))) if words]
    for number, words in enumerate(parts):
        rest.update(words)
        if number < _PARTS:
            first, end = _phrase(words, most if number == 0 else 1)
            for at in range(first, end):
                word = words[at]
                if _says(word) and ((number, at) == (0, first) or (word not in _PRAISE and word not in SHADES)):
                    found.append(word)
    rest.difference_update(found)
    return found, rest


def _spread(raw: str) -> str:
    """Folded, with "d'" as "de" and other elisions cut."""
    folded = fold(raw)
    if not _APOSTROPHES.isdisjoint(folded):
        folded = _OTHER_ELIDED.sub(" ", _ELIDED.sub(" de ", folded))
    return folded


def _words(folded: str) -> list[str]:
    found = _WORD.findall(folded)
    return [word.translate(_HYPHENS) for word in found] if "-" in folded or "‐" in folded or "‑" in folded else found


def _phrase(words: list[str], most: int) -> tuple[int, int]:
    """From where to where the words name the thing."""
    at = 0
    while at < len(words) - 1:
        after = words[at + 2] if len(words) > at + 2 and words[at + 1] in ("de", "des") else ""
        if (after and words[at] in _ALWAYS) or (words[at] in _MEASURES and after[:1].isdigit()):
            at += 2
        elif words[at] in _MODEST or words[at] in STOP_WORDS or words[at] in _BEFORE or not _says(words[at]):
            at += 1
        else:
            break
    end = at + 1
    while end < len(words) and end - at < most and words[end] not in _BEFORE:
        end += 1
    return at, end


def _says(word: str) -> bool:
    return word.isalpha() and len(word) > 1 and word not in STOP_WORDS


Levels = tuple[tuple[dict[str, None], frozenset[str]], ...]
"""The words of each level of a category, in order, and all forms in which a title may have one of them."""


@lru_cache(maxsize=4096)
def _of_path(path: tuple[str, ...]) -> Levels:
    """What the levels of a category name, the last one first, as far up as they say what the thing is."""
    return tuple((dict.fromkeys(words), frozenset(form for word in words for form in _forms(word)))
                 for words in _levels(path))  # fmt: skip


@lru_cache(maxsize=4096)
def _of_node(node: str) -> Levels:
    return _of_path(tuple(node.replace("-", " ").split(CATEGORY_SEPARATOR)))


def _levels(path: tuple[str, ...]) -> Iterator[list[str]]:
    for level in path[: -_LEVELS - 1 : -1]:
        words = _words(_spread(level))
        if not _BESIDE.isdisjoint(words):
            return
        _, end = _phrase(words, _LEVEL_WORDS) if words else (0, 0)
        yield [word for word in words[:end] if _says(word)]


def _forms(word: str) -> tuple[str, ...]:
    """A word in its other number, as far as an ending tells it."""
    one = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    return one, f"{one}s", f"{one}x"
