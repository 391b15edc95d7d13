"""Words of the generated offers: the nouns of `offers_words.txt` with their forms, agreement, and invented names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

WORDS = Path(__file__).with_name("offers_words.txt")
_PREPOSITION = re.compile(r" (?:à|en|de|du|pour|sans|avec|au|aux|sur|d')\b")

COLOURS: tuple[tuple[str, str, str, str], ...] = tuple(
    (m, f, mp, fp)
    for m, f, mp, fp in (line.split() for line in """
    noir noire noirs noires;blanc blanche blancs blanches;bleu bleue bleus bleues;rouge rouge rouges rouges
    gris grise gris grises;vert verte verts vertes;rose rose roses roses;beige beige beiges beiges
    marron marron marron marron;jaune jaune jaunes jaunes;doré dorée dorés dorées;argenté argentée argentés argentées
    violet violette violets violettes;orange orange orange orange;turquoise turquoise turquoise turquoise
    bordeaux bordeaux bordeaux bordeaux;écru écrue écrus écrues;kaki kaki kaki kaki;ocre ocre ocre ocre
    taupe taupe taupe taupe;moutarde moutarde moutarde moutarde;ivoire ivoire ivoire ivoire
    multicolore multicolore multicolores multicolores;transparent transparente transparents transparentes
    """.replace("\n", ";").split(";") if line.strip())
)  # fmt: skip
SHADES = ("", "", "", "", "", " foncé", " clair", " mat", " pastel", " nuit", " marine", " sauge", " poudré", " perle")
MATERIALS = {
    "B": ("bois", "chêne massif", "hêtre", "pin", "bambou", "noyer", "manguier", "acacia", "rotin", "osier", "teck"),
    "M": ("inox", "métal", "acier", "aluminium", "laiton", "fonte", "fer forgé", "argent", "cuivre", "zinc"),
    "T": ("coton", "lin", "laine", "velours", "polyester", "coton bio", "satin", "jersey", "microfibre", "soie",
          "gaze de coton", "viscose", "flanelle", "percale", "molleton", "cachemire", "maille"),
    "C": ("cuir", "cuir véritable", "simili cuir", "daim", "cuir vegan", "nubuck", "toile", "cuir pleine fleur"),
    "P": ("grès", "porcelaine", "faïence", "céramique", "terre cuite", "émail", "porcelaine de Limoges"),
    "V": ("verre", "cristal", "verre soufflé", "verre recyclé", "verre borosilicate"),
    "L": ("plastique", "silicone", "résine", "ABS", "polypropylène", "plastique recyclé", "PVC", "caoutchouc"),
    "K": ("papier", "carton", "papier recyclé", "carton recyclé", "papier kraft"),
}  # fmt: skip
SIZES: dict[str, tuple[str, ...]] = {
    "t": ("S", "M", "L", "XL", "XS", "XXL", "36", "38", "40", "42", "44", "34", "46", "unique", "3XL"),
    "p": tuple(str(size) for size in (38, 39, 40, 37, 41, 42, 36, 43, 44, 45, 46, 35)),
    "a": ("2 ans", "4 ans", "6 mois", "12 mois", "3 ans", "6 ans", "8 ans", "10 ans", "18 mois", "3 mois", "12 ans"),
    "d": tuple(f"{a} cm" for a in (20, 30, 24, 40, 15, 60, 80, 12, 50, 18, 100, 120, 26, 140, 45, 35, 10, 160))
    + tuple(f"{a} x {b} cm" for a, b in ((40, 40), (60, 40), (30, 20), (140, 200), (90, 190), (160, 230), (80, 120))),
    "l": ("500 ml", "1 L", "250 ml", "50 ml", "100 ml", "30 ml", "2 L", "5 L", "75 cl", "1,5 L", "200 ml", "20 L"),
    "w": ("60 W", "1000 W", "12 V", "18 V", "2000 W", "9 W", "1500 W", "40 W", "650 W", "220 V", "100 W"),
    "g": ("128 Go", "64 Go", "256 Go", "512 Go", "1 To", "32 Go", "16 Go", "2 To", "8 Go"),
    "i": ('15,6"', "24 pouces", "13 pouces", "55 pouces", '27"', "17 pouces", "10 pouces", "6,5 pouces", '32"'),
    "k": ("1 kg", "500 g", "2 kg", "250 g", "5 kg", "10 kg", "100 g", "12 kg", "750 g"),
    "u": ("lot de 2", "lot de 6", "x4", "lot de 4", "boîte de 10", "lot de 12", "x 3", "par 6", "sachet de 100"),
}
USES = (
    "idée cadeau", "fait main", "pour la maison", "pour bébé", "grand modèle", "petit modèle", "qualité supérieure",
    "fabrication française", "pas cher", "nouvelle collection", "édition limitée", "pour enfant", "professionnel",
    "livraison offerte", "artisanal", "made in France", "écologique", "pour l'hiver", "pour l'été", "promo", "vintage",
    "pour cuisine", "pour salon", "pour chambre", "pour débutant", "d'occasion", "neuf", "haut de gamme", "design",
)  # fmt: skip
MOOD = (
    "pratique", "élégant", "robuste", "confortable", "moderne", "classique", "léger", "résistant", "original",
    "rustique",
    "bohème", "contemporain", "rétro", "coloré", "sobre", "raffiné", "ludique", "solide", "discret", "indispensable",
)  # fmt: skip
NAMES = tuple(
    """
    Louise Oslo Camille Bergamote Alma Jules Verdon Élise Nora Belle-Île Margaux Paloma Séraphine Colette Ouessant
    Basile Capri Suzette Léon Ninon Armor Galilée Eden Marceau Hortense Rivoli Bahia Clémence Vauban Zéphyr Iris
    Olympe Mistral Garance Florentin Cassis Palerme Athéna Pénélope Saint-Malo Brocéliande Cléo Rosalie Helsinki
    Lutèce Sirocco Émile Tivoli Panache Félicie Calypso Monceau Victoire Aurore Solène Aramis Prélude Odyssée
    Mikado Fjord Equinoxe Boréal
    """.split()  # noqa: SIM905  a list of 60 strings would be harder to read
)
_ONSETS = "b,br,c,ch,cl,d,f,fl,g,gr,j,l,m,n,p,pl,r,s,t,tr,v".split(",")  # noqa: SIM905  shorter
_RIMES = "a,é,i,o,u,an,in,on,eau,ou,ai,ar,el,or,eu,as,ir,en".split(",")  # noqa: SIM905  shorter
_ENDS = ",s,t,lle,x,r,nne,c,te,l,rd,sse,tte,n,ne,re,ie,ac,ier,age".split(",")  # noqa: SIM905  shorter
_SYLLABLES = tuple("".join(pair) for pair in product(_ONSETS, _RIMES))
_MANY = len(_SYLLABLES)
_WORDS = _MANY * _MANY * len(_ENDS)
WORD_COUNT = 1_200_000
"""Invented words: names of models, makers, authors; drawn by rank, commoner ones far oftener (about Zipf's law)."""


@dataclass(frozen=True, slots=True)
class Noun:
    """`forms` are the singular and the plural; `plain` is the singular as the file has it."""

    forms: tuple[str, str]
    gender: int
    """0 masculine, 1 feminine."""

    @property
    def plain(self) -> str:
        return self.forms[0]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category of the second level and all that is sold in it."""

    number: int
    top: str
    name: str
    paths: tuple[tuple[str, ...], ...]
    """What shops call it; the first is the plain one."""
    low: float
    ratio: float
    materials: tuple[str, ...]
    sizes: tuple[str, ...]
    coloured: bool
    numbered: bool
    named: bool
    titled: bool
    """Each has a title of its own, as books do."""
    nouns: tuple[Noun, ...]
    kinds: tuple[str, ...]
    brands: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return (self.top, self.name)


def plural(noun: str) -> str:
    """The plural; a noun's words before its first preposition take it: "boucles d'oreille", "tables basses"."""
    found = _PREPOSITION.search(noun)
    head, rest = (noun[: found.start()], noun[found.start() :]) if found else (noun, "")
    return " ".join(_plural_word(word) for word in head.split(" ")) + rest


def _plural_word(word: str) -> str:
    if not word or word[-1] in "sxz" or not word[-1].isalpha() or word.isupper():
        return word
    if word.endswith(("eau", "eu", "bijou", "joujou")):
        return word + "x"
    if word.endswith("al") and word not in ("bal", "carnaval", "festival"):
        return word[:-2] + "aux"
    return word + "s"


def word(number: int) -> str:
    """The invented word of this rank: each another one; the first few thousand are short, as common words are."""
    scrambled = number * 7919 % _WORDS
    rest, first = divmod(scrambled, _MANY)
    if number < 4000:
        return _SYLLABLES[first] + _SYLLABLES[rest % _MANY]
    end, second = divmod(rest, _MANY)
    return _SYLLABLES[first] + _SYLLABLES[second] + _ENDS[end]


def any_word(chance: int) -> str:
    """An invented word for 32 random bits, by Zipf's law."""
    return word(int(WORD_COUNT * (chance / 4294967296) ** 4.5))


@cache
def leaves() -> tuple[Leaf, ...]:
    """All categories of the file, in its order."""
    found: list[Leaf] = []
    tops: list[str] = []
    for line in WORDS.read_text("utf-8").splitlines():
        if line.startswith("="):
            tops = [name.strip() for name in line[1:].split(";")]
        elif "|" in line and not line.startswith("#"):
            found.append(_leaf(len(found), tops, [part.strip() for part in line.split("|")]))
    return tuple(found)


def _leaf(number: int, tops: list[str], parts: list[str]) -> Leaf:
    names = [name.strip() for name in parts[0].split(";")]
    low, high = (float(price) for price in parts[1].split("-"))
    traits = parts[2].split()
    paths: list[tuple[str, ...]] = [(tops[0], names[0])]
    paths += [(top, name) for top in tops for name in names if (top, name) != paths[0]]
    paths += [("Boutique", *path) for path in paths[:1]] + [(names[-1],), (tops[0],), ("Nouveautés",), ()]
    return Leaf(
        number=number,
        top=tops[0],
        name=names[0],
        paths=tuple(paths),
        low=low,
        ratio=high / low,
        materials=tuple(material for trait in traits for material in MATERIALS.get(trait, ())),
        sizes=tuple(size for trait in traits for size in SIZES.get(trait.rstrip("0"), ()) if trait != "l0"),
        coloured="c" in traits,
        numbered="n" in traits,
        named="x" in traits,
        titled="l0" in traits,
        nouns=tuple(_noun(text.strip()) for text in parts[3].split(",")),
        kinds=tuple(kind.strip() for kind in parts[4].split(",")),
        brands=tuple(_brand(number, rank) for rank in range(60)),
    )


def _noun(text: str) -> Noun:
    name, _, gender = text.rpartition(" ")
    if name.endswith("!"):
        return Noun((name[:-1], name[:-1]), int(gender == "f"))
    return Noun((name, plural(name)), int(gender == "f"))


def _brand(leaf: int, rank: int) -> str:
    """A brand that is known in this category; every fifth is known in its neighbours too."""
    seed = leaf // 4 * 1009 + rank if rank % 5 == 0 else leaf * 977 + rank * 13 + 50_000
    first = word(seed % WORD_COUNT).capitalize()
    match (seed * 31 + rank) % 12:
        case 0:
            return f"Maison {first}"
        case 1:
            return f"{first} & Fils"
        case 2:
            return f"Atelier {first}"
        case 3:
            return first.upper()
        case 4:
            return f"{first} {word(seed * 17 % 3000).capitalize()}"
        case 5:
            return f"Les {first}"
    return first


def any_brand(chance: int) -> str:
    """One of the thousands of small brands, for 32 random bits."""
    rank = int(40_000 * (chance / 4294967296) ** 6)
    return word(rank * 9 + 11).capitalize()
